// One request by a Java library: `Client LIBRARY METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv.
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

public class Client {
    static final String BODY = "{\"partner_customer_id\":\"c\",\"dev_php_version\":\"8.3\"}";

    public static void main(String[] a) {
        String told;
        try {
            long[] got = switch (a[0]) {
                case "HttpClient" -> modern(a[1], a[2], a[3]);
                case "HttpURLConnection" -> old(a[1], a[2], a[3]);
                case "OkHttp" -> ok(a[1], a[2], a[3]);
                default -> apache(a[1], a[2], a[3]);
            };
            told = "{\"status\":" + got[0] + ",\"bytes\":" + got[1] + "}";
        } catch (Exception e) {
            told = "{\"error\":\"" + (e.getClass().getName() + ": " + e.getMessage()).replace("\\", "\\\\").replace("\"", "\\\"")
                .replaceAll("[^ -~]", "?") + "\"}";
        }
        System.out.println(told);
        System.exit(0);
    }

    static long[] modern(String method, String url, String warm) throws Exception {
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        if (!warm.isEmpty()) client.send(request(warm).build(), HttpResponse.BodyHandlers.ofString());
        var body = method.equals("POST") ? HttpRequest.BodyPublishers.ofString(BODY) : HttpRequest.BodyPublishers.noBody();
        var got = client.send(request(url).method(method, body).build(), HttpResponse.BodyHandlers.ofByteArray());
        return new long[] {got.statusCode(), got.body().length};
    }

    static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer x").header("Content-Type", "application/json");
    }

    static long[] old(String method, String url, String warm) throws Exception {
        if (!warm.isEmpty()) open("GET", warm).getInputStream().readAllBytes();
        var connection = open(method, url);
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(BODY.getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        var stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        return new long[] {status, stream.readAllBytes().length};
    }

    static HttpURLConnection open(String method, String url) throws Exception {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer x");
        connection.setRequestProperty("Content-Type", "application/json");
        return connection;
    }

    static long[] ok(String method, String url, String warm) throws Exception {
        var client = new okhttp3.OkHttpClient();
        if (!warm.isEmpty()) client.newCall(okRequest(warm).build()).execute().body().bytes();
        var body = method.equals("POST") ? okhttp3.RequestBody.create(okhttp3.MediaType.parse("application/json"), BODY) : null;
        var got = client.newCall(okRequest(url).method(method, body).build()).execute();
        return new long[] {got.code(), got.body().bytes().length};
    }

    static okhttp3.Request.Builder okRequest(String url) {
        return new okhttp3.Request.Builder().url(url).header("Authorization", "Bearer x");
    }

    static long[] apache(String method, String url, String warm) throws Exception {
        var client = org.apache.http.impl.client.HttpClients.createDefault();
        if (!warm.isEmpty()) org.apache.http.util.EntityUtils.consume(client.execute(apacheRequest("GET", warm)).getEntity());
        var got = client.execute(apacheRequest(method, url));
        return new long[] {got.getStatusLine().getStatusCode(), org.apache.http.util.EntityUtils.toByteArray(got.getEntity()).length};
    }

    static org.apache.http.client.methods.HttpUriRequest apacheRequest(String method, String url) throws Exception {
        var builder = org.apache.http.client.methods.RequestBuilder.create(method).setUri(url)
            .setHeader("Authorization", "Bearer x").setHeader("Content-Type", "application/json");
        if (method.equals("POST")) builder.setEntity(new org.apache.http.entity.StringEntity(BODY));
        return builder.build();
    }
}
