//! What a value should have been. A fault says it in English words of few forms, which a program can read as well, and
//! which are kept so where faults are kept; people who read Chinese get the same form in Chinese.

/// The forms, a star for what differs; the first that fits counts.
const FORMS: [(&str, &str); 51] = [
    ("one of: *", "以下之一：*"),
    ("a JSON object", "JSON 对象"),
    ("a list", "列表"),
    ("a text in quotes", "带引号的文字"),
    ("a text that is not empty", "不为空的文字"),
    ("a text", "文字"),
    ("a text without U+0000", "不含空字符（U+0000）的文字"),
    ("UTF-8", "UTF-8 编码的文字"),
    ("true or false", "true 或 false"),
    ("a whole number from * to *", "* 至 * 的整数"),
    ("a whole number", "整数"),
    ("a number from * to *", "* 至 * 的数字"),
    ("a number with at most * decimals", "最多 * 位小数的数字"),
    ("a number whose check digit is right", "校验位正确的号码"),
    ("a number above 0", "大于 0 的数字"),
    ("a number below 0", "小于 0 的数字"),
    ("a number", "数字"),
    ("* or more", "不小于 *"),
    ("≥ *", "不早于 *"),
    ("* or less", "不大于 *"),
    ("a date from * on", "* 起的日期"),
    ("a date", "日期"),
    ("a month", "月份"),
    ("a date and time", "日期和时间"),
    ("an id that this API gave", "本接口给出的编号"),
    ("an e-mail address", "电子邮箱地址"),
    ("a text of this form", "这种写法的内容"),
    ("at most * characters (there are *)", "至多 * 个字符（现有 * 个）"),
    ("* to * characters (there are *)", "* 至 * 个字符（现有 * 个）"),
    ("at least * characters (there are *)", "至少 * 个字符（现有 * 个）"),
    ("* characters (there are *)", "* 个字符（现有 * 个）"),
    ("* to * characters, not the unit", "* 至 * 个字符，且不同于计量单位"),
    ("* to * visible characters without spaces", "* 至 * 个可见字符，不含空格"),
    ("* to * characters", "* 至 * 个字符"),
    ("at most * characters", "至多 * 个字符"),
    ("* to * entries", "* 至 * 项"),
    ("at most * entries", "至多 * 项"),
    ("at least * entries", "至少 * 项"),
    ("* entries", "* 项"),
    ("1 and not weighed, as freight is", "1，且不称重（运费产品）"),
    (
        "none, and no tolerance, as freight has no weight",
        "不填，也不填允差（运费产品没有重量）",
    ),
    ("above 0, and whole thousandths in a step", "大于 0，且每个步长内为整千分之一"),
    ("the ETag that was read", "读取时得到的 ETag"),
    ("what /docs says of it", "/docs 中对它的说明"),
    ("the value is not of the required form", "值不合规定的写法"),
    ("the value is shorter than * characters", "值少于 * 个字符"),
    ("the value is longer than * characters", "值多于 * 个字符"),
    ("the value is outside the permitted range", "值超出允许的范围"),
    ("the value has a character that is not permitted", "值含有不允许的字符"),
    ("the value has a wrong check digit", "值的校验位不对"),
    ("the value is not one of the known words", "值不在可用的词语之列"),
];
/// How an example is joined to a form.
const SUCH_AS: (&str, &str) = (", such as ", "，例如 ");

/// The same in Chinese; nothing for what is of no form, as a media type or an example alone is not.
#[must_use]
pub fn in_chinese(english: &str) -> Option<String> {
    let (form, example) = english
        .split_once(SUCH_AS.0)
        .map_or((english, None), |(form, example)| (form, Some(example)));
    let mut said = FORMS
        .iter()
        .find_map(|(english, chinese)| Some(filled(chinese, &holes(english, form)?)))?;
    if let Some(example) = example {
        said.push_str(SUCH_AS.1);
        said.push_str(example);
    }
    Some(said)
}

/// A form with an example, where there is one.
#[must_use]
pub fn such_as(form: impl Into<String>, example: Option<&str>) -> String {
    let mut form = form.into();
    if let Some(example) = example {
        form.push_str(SUCH_AS.0);
        form.push_str(example);
    }
    form
}

/// So many characters or entries.
#[must_use]
pub fn so_many((least, most): (Option<u64>, Option<u64>), what: &str) -> String {
    match (least, most) {
        (Some(least), Some(most)) if least == most => format!("{most} {what}"),
        (Some(least), Some(most)) => format!("{least} to {most} {what}"),
        (None, Some(most)) => format!("at most {most} {what}"),
        (least, None) => format!("at least {} {what}", least.unwrap_or_default()),
    }
}

/// What stands in the holes of a form, where the text is of it.
fn holes<'t>(form: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = form.split('*');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let end = if parts.peek().is_some() {
            rest.find(part)?
        } else {
            rest.strip_suffix(part)?.len()
        };
        let (hole, after) = rest.split_at_checked(end)?;
        if hole.is_empty() {
            return None;
        }
        found.push(hole);
        rest = after.strip_prefix(part)?;
    }
    rest.is_empty().then_some(found)
}

fn filled(form: &str, holes: &[&str]) -> String {
    let mut holes = holes.iter();
    let mut said = String::new();
    for (at, part) in form.split('*').enumerate() {
        if at > 0 {
            said.push_str(holes.next().copied().unwrap_or_default());
        }
        said.push_str(part);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_said_in_both() {
        for (english, chinese) in FORMS {
            assert_eq!(english.matches('*').count(), chinese.matches('*').count(), "{english}");
            let example = english.replace('*', "7");
            let expected = chinese.replace('*', "7");
            assert_eq!(in_chinese(&example).as_deref(), Some(expected.as_str()), "{english}");
        }
        let said = |english: &str| in_chinese(english).unwrap_or_default();
        assert_eq!(said("a date, such as 2026-12-05"), "日期，例如 2026-12-05");
        assert_eq!(
            said("at most 40 characters (there are 52), such as GR02"),
            "至多 40 个字符（现有 52 个），例如 GR02"
        );
        assert_eq!(said("1 to 500 entries"), "1 至 500 项");
        assert_eq!(in_chinese("application/json"), None);
    }

    #[test]
    fn a_range_is_said_as_short_as_it_can_be() {
        assert_eq!(so_many((Some(10), Some(10)), "characters"), "10 characters");
        assert_eq!(so_many((Some(1), Some(40)), "characters"), "1 to 40 characters");
        assert_eq!(so_many((None, Some(3)), "entries"), "at most 3 entries");
        assert_eq!(so_many((Some(1), None), "entries"), "at least 1 entries");
    }
}
