//! The client's address: that of the connection's other end, or of whom a named proxy there speaks for.

use std::net::{IpAddr, SocketAddr};

use poem::Request;

/// The header in which each proxy adds, at its right end, the address of whoever asked it.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Who asks, as far as that can be believed; none where a request came over no socket.
pub(super) fn asked_from(request: &Request, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.remote_addr().as_socket_addr()?.ip();
    let values = request.headers().get_all(FORWARDED_FOR).iter();
    Some(client_address(peer, values.map(|value| value.as_bytes()), proxies))
}

/// The address of the client. `peer` is the other end of the connection, `forwarded` the values of `X-Forwarded-For` as
/// they stand in the head, `proxies` those that are named in the settings.
///
/// Anybody can send the header, so it counts only where a named proxy speaks: it is read from the right, and as long as
/// each step is a named proxy, the one before it is believed. What a client has written itself stands further left and
/// is never reached. Where the header ends or makes no sense, the last address that was believed is the answer.
pub fn client_address<'v>(peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'v [u8]>, proxies: &[IpAddr]) -> IpAddr {
    let is_named = |address: IpAddr| proxies.iter().any(|proxy| proxy.to_canonical() == address);
    let mut believed = peer.to_canonical();
    let steps = forwarded.rev().flat_map(|value| value.rsplit(|byte| *byte == b','));
    for step in steps {
        if !is_named(believed) {
            break;
        }
        match parse(step) {
            Some(address) => believed = address,
            None => break,
        }
    }
    believed
}

/// An address, with or without a port and brackets.
fn parse(step: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(step).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare
        .parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, forwarded: &[&str], proxies: &[&str]) -> String {
        let proxies: Vec<IpAddr> = proxies.iter().copied().map(ip).collect();
        client_address(ip(peer), forwarded.iter().map(|value| value.as_bytes()), &proxies).to_string()
    }

    #[test]
    fn the_header_counts_where_a_named_proxy_speaks() {
        let cases: [(&str, &[&str], &[&str], &str); 13] = [
            ("9.9.9.9", &[], &[], "9.9.9.9"),
            ("9.9.9.9", &["1.1.1.1"], &[], "9.9.9.9"),
            ("9.9.9.9", &["1.1.1.1"], &["10.0.0.1"], "9.9.9.9"),
            ("10.0.0.1", &["1.1.1.1"], &["10.0.0.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 1.1.1.1"], &["10.0.0.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6, 10.0.0.1, 1.1.1.1"], &["10.0.0.1"], "1.1.1.1"),
            ("10.0.0.1", &["6.6.6.6", "1.1.1.1,10.0.0.2"], &["10.0.0.1", "10.0.0.2"], "1.1.1.1"),
            ("10.0.0.1", &[], &["10.0.0.1"], "10.0.0.1"),
            ("10.0.0.1", &["1.1.1.1, unknown"], &["10.0.0.1"], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.1, 10.0.0.1"], &["10.0.0.1"], "10.0.0.1"),
            ("10.0.0.1", &["6.6.6.6,  1.1.1.1:4711 "], &["10.0.0.1"], "1.1.1.1"),
            ("::1", &["6.6.6.6, [2001:db8::7]:80"], &["::1"], "2001:db8::7"),
            ("::ffff:10.0.0.1", &["[2001:db8::7]"], &["10.0.0.1"], "2001:db8::7"),
        ];
        for (peer, forwarded, proxies, expected) in cases {
            assert_eq!(client(peer, forwarded, proxies), expected, "{peer} {forwarded:?} {proxies:?}");
        }
    }

    #[test]
    fn what_is_no_text_hides_nobody() {
        let proxies = [ip("10.0.0.1")];
        let values: [&[u8]; 1] = [b"\xff\xfe, 1.1.1.1"];
        assert_eq!(client_address(ip("10.0.0.1"), values.into_iter(), &proxies), ip("1.1.1.1"));
    }

    proptest! {
        /// Whatever a client writes into the header, behind a proxy that adds whom it hears it is who it is.
        #[test]
        fn no_client_is_another(written in "[ -~]{0,80}", last in 1_u8..250, hops in 0_usize..4) {
            let asks = IpAddr::from([203, 0, 113, last]);
            let inner: Vec<IpAddr> = (0..4).map(|at| IpAddr::from([10, 0, 0, at])).collect();
            let mut header = format!("{written},{asks}");
            for hop in &inner[..hops] {
                header = format!("{header}, {hop}");
            }
            let values = [header.as_bytes()];
            prop_assert_eq!(client_address(inner[3], values.into_iter(), &inner), asks);
            prop_assert_eq!(client_address(asks, values.into_iter(), &inner), asks);
        }
    }
}
