<?php
// One request by a PHP library: `client.php LIBRARY METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv.
[, $library, $method, $url, $warm] = $argv;
$headers = ['Authorization' => 'Bearer x', 'Content-Type' => 'application/json'];
$body = json_encode(['partner_customer_id' => 'c', 'dev_php_version' => '8.3']);

function by_curl(string $method, string $url, string $warm, array $headers, string $body): array
{
    $curl = curl_init();
    curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
    curl_setopt($curl, CURLOPT_HTTPHEADER, array_map(fn ($name) => "$name: $headers[$name]", array_keys($headers)));
    if ($warm) {
        curl_setopt($curl, CURLOPT_URL, $warm);
        curl_exec($curl);
    }
    curl_setopt($curl, CURLOPT_URL, $url);
    if ($method === 'POST') {
        curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
    }
    $got = curl_exec($curl);
    if ($got === false) {
        throw new RuntimeException('curl ' . curl_errno($curl) . ': ' . curl_error($curl));
    }
    return [curl_getinfo($curl, CURLINFO_RESPONSE_CODE), strlen($got)];
}

function by_guzzle(string $method, string $url, string $warm, array $headers, string $body): array
{
    require_once 'GuzzleHttp/autoload.php';
    $client = new GuzzleHttp\Client(['headers' => $headers, 'http_errors' => false]);
    if ($warm) {
        (string) $client->get($warm)->getBody();
    }
    $got = $client->request($method, $url, $method === 'POST' ? ['body' => $body] : []);
    return [$got->getStatusCode(), strlen((string) $got->getBody())];
}

function by_stream(string $method, string $url, string $warm, array $headers, string $body): array
{
    $lines = implode("\r\n", array_map(fn ($name) => "$name: $headers[$name]", array_keys($headers)));
    $http = ['method' => $method, 'header' => $lines, 'ignore_errors' => true] + ($method === 'POST' ? ['content' => $body] : []);
    $got = @file_get_contents($url, false, stream_context_create(['http' => $http]));
    if ($got === false) {
        throw new RuntimeException(error_get_last()['message'] ?? 'false, and no message');
    }
    return [(int) (explode(' ', $http_response_header[0])[1] ?? 0), strlen($got)];
}

try {
    $by = ['curl' => 'by_curl', 'Guzzle' => 'by_guzzle', 'file_get_contents' => 'by_stream'][$library];
    [$status, $bytes] = $by($method, $url, $warm, $headers, $body);
    echo json_encode(['status' => $status, 'bytes' => $bytes]), "\n";
} catch (Throwable $error) {
    echo json_encode(['error' => get_class($error) . ': ' . $error->getMessage()], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
