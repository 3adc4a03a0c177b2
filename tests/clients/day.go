// A retailer's day in twelve steps, with openapi-generator's Go. YANGPIN_DEMO names the demo's demo.json.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"strings"
	"time"

	y "example.test/yangpin/yangpin"
)

func must(holds bool, what string) {
	if !holds {
		panic(what)
	}
}

// What was answered; anything but an answer ends the day.
func good[T any](value T, _ *http.Response, err error) T {
	if problem, ok := err.(*y.GenericOpenAPIError); ok {
		panic(string(problem.Body()))
	}
	if err != nil {
		panic(err)
	}
	return value
}

func once() string {
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	must(err == nil, "no random bytes")
	return hex.EncodeToString(bytes)
}

func yuan(text string) *big.Rat {
	value, ok := new(big.Rat).SetString(text)
	must(ok, text)
	return value
}

func main() {
	var demo struct {
		BaseURL string            `json:"base_url"`
		Keys    map[string]string `json:"keys"`
	}
	text, err := os.ReadFile(os.Getenv("YANGPIN_DEMO"))
	must(err == nil, "no demo.json")
	must(json.Unmarshal(text, &demo) == nil, "demo.json is no JSON")
	settings := y.NewConfiguration()
	settings.Servers = y.ServerConfigurations{{URL: demo.BaseURL}}
	client := y.NewAPIClient(settings)
	as := func(who string) context.Context {
		return context.WithValue(context.Background(), y.ContextAccessToken, demo.Keys[who])
	}
	retailer, supplier := as("retailer"), as("supplier")
	// 1 Who am I, and which channel is mine?
	me := good(client.OrganisationsAPI.ReadMe(retailer).Execute())
	channel := me.GetDefaultChannel()
	// 2 What is there?
	found := good(client.ProductsAPI.ListProducts(retailer).Q("黑米").Channel(channel).Execute())
	must(len(found.Items) > 0, "no goods")
	const sku = "GR02"
	product := ""
	for _, one := range good(client.ProductsAPI.ListProducts(retailer).Q(sku).Channel(channel).Execute()).Items {
		if one.Sku == sku {
			product = one.ProductId
		}
	}
	// 3 What does it cost me?
	price := good(client.OffersAPI.ReadPrice(retailer, product).Channel(channel).Quantity("10").Execute())
	must(price.GetPrice() != "", "no price")
	// 4 What would become of it?
	lines := []y.LineInput{*y.NewLineInput("10", sku)}
	basket := y.NewOrderInput(time.Now().AddDate(0, 0, 7).Format("2006-01-02"), lines)
	basket.SetChannel(channel)
	must(good(client.OrdersAPI.TryOrder(retailer).OrderInput(*basket).Execute()).Enough, "not enough")
	// 5 I order, under my own number.
	number := "GO-" + once()[:8]
	basket.SetExternalOrderNo(number)
	placed := good(client.OrdersAPI.PlaceOrder(retailer).IdempotencyKey(once()).OrderInput(*basket).Execute())
	order := placed.Orders[0]
	// 6 The line broke? The same number again is the same order, whatever the key.
	again := good(client.OrdersAPI.PlaceOrder(retailer).IdempotencyKey(once()).OrderInput(*basket).Execute())
	must(again.OrderGroupId == placed.OrderGroupId, "a second order")
	// 7 The supplier says yes,
	good(client.OrdersAPI.ConfirmOrder(supplier, order.Id).IdempotencyKey(once()).Execute())
	// 8 and sends it.
	shipment := y.NewShipmentInput([]y.SentLineBody{*y.NewSentLineBody(1, "10")})
	sent := good(client.ShipmentsAPI.ShipOrder(supplier, order.Id).IdempotencyKey(once()).ShipmentInput(*shipment).Execute())
	// 9 I count: nine are good, one is damaged.
	line := y.NewInspectedLineBody(1)
	line.SetRejected([]y.RejectedBody{*y.NewRejectedBody("1", y.REJECT_REASON_DAMAGED)})
	count := y.NewAcceptBody()
	count.SetLines([]y.InspectedLineBody{*line})
	good(client.ShipmentsAPI.AcceptShipment(retailer, sent.Id).IdempotencyKey(once()).AcceptBody(*count).Execute())
	// 10 My systems follow the feed: all of it, from where they were.
	seen, feed := false, client.EventsAPI.ListEvents(retailer).Limit(200)
	for !seen {
		page := good(feed.Execute())
		for _, event := range page.Items {
			seen = seen || event.Thing.Id == order.Id
		}
		must(seen || (len(page.Items) > 0 && page.GetNext() != ""), "the feed does not tell of the order")
		feed = feed.Cursor(page.GetNext())
	}
	// 11 The desk takes its list away as a file.
	file := good(client.OrdersAPI.ExportOrders(retailer).ExternalOrderNo(number).Format(y.SHEET_FORMAT_CSV).Execute())
	must(strings.Contains(file, order.OrderNo), "not in the file")
	// 12 We agree on what stands: nine tenths of what was ordered.
	read := good(client.OrdersAPI.ReadOrder(retailer, order.Id).Execute())
	stands, ordered := yuan(read.Standing.Amount), yuan(read.Ordered.Amount)
	must(stands.Mul(stands, big.NewRat(10, 1)).Cmp(ordered.Mul(ordered, big.NewRat(9, 1))) == 0, "another amount stands")
	fmt.Printf("Go: twelve steps, order %s, %s of %s stand\n", read.OrderNo, read.Standing.Amount, read.Ordered.Amount)
}
