// One request by Go's net/http: `client METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

const body = `{"partner_customer_id":"c","dev_php_version":"8.3"}`

func ask(method, url string) (int, int, error) {
	var content io.Reader
	if method == "POST" {
		content = strings.NewReader(body)
	}
	request, err := http.NewRequest(method, url, content)
	if err != nil {
		return 0, 0, err
	}
	request.Header.Set("Authorization", "Bearer x")
	request.Header.Set("Content-Type", "application/json")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, 0, err
	}
	defer reply.Body.Close()
	all, err := io.ReadAll(reply.Body)
	return reply.StatusCode, len(all), err
}

func main() {
	method, url, warm := os.Args[1], os.Args[2], os.Args[3]
	if warm != "" {
		_, _, _ = ask("GET", warm)
	}
	status, bytes, err := ask(method, url)
	told := map[string]any{"status": status, "bytes": bytes}
	if err != nil {
		told = map[string]any{"error": fmt.Sprintf("%T: %v", err, err)}
	}
	_ = json.NewEncoder(os.Stdout).Encode(told)
}
