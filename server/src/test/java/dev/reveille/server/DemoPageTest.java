package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a window of the demo page can reach through the page's backend.
class DemoPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private HttpClient client(final Path authority) throws Exception {
    final var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (var in = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    final var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    final var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static HttpResponse<String> ask(
      final HttpClient client,
      final URI to,
      final String token,
      final String body,
      final String... headers)
      throws IOException, InterruptedException {
    final var request = HttpRequest.newBuilder(to).header("Authorization", "Bearer " + token);
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!body.isEmpty()) {
      request
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString(body.replace('\'', '"')));
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void a_window_sees_and_ends_what_it_made_and_nothing_else() throws Exception {
    final var data = folder.resolve("data");
    final var configuration = Configuration.load(null).with(data, 0, 0, 0).withDemoPage();
    try (var _ = Server.start(configuration, Parts.PRODUCT, BootClock.clock());
        var client = client(data.resolve("tls/ca.pem"))) {
      final JsonNode where = JSON.readTree(data.resolve("client.json").toFile());
      final var key = where.path("key").asText();
      final var api = URI.create(where.path("server").asText());
      final var page = URI.create(where.path("devices").asText()).resolve("/demo/");
      final var window = JSON.readTree(signIn(client, page, "demo-anna")).path("session").asText();
      final var other = JSON.readTree(signIn(client, page, "demo-anna")).path("session").asText();
      signIn(client, page, "demo-bob");
      final var real =
          "{'source':'pbx','id':'1','class':'call','to':['demo-bob'],"
              + "'call':{'id':'00000000-0000-0000-0000-0000000000aa'}}";
      final var event =
          JSON.readTree(ask(client, api.resolve("/v1/events"), key, real).body())
              .path("event")
              .asText();

      final var trail = page.resolve("trail?event=" + event);
      assertEquals(404, ask(client, trail, window, "").statusCode());
      assertEquals(404, ask(client, page.resolve("now?event=" + event), window, "").statusCode());
      final var realCall = "00000000-0000-0000-0000-0000000000aa";
      assertEquals(404, ask(client, page.resolve("now?call=" + realCall), window, "").statusCode());
      assertEquals(
          404,
          ask(client, page.resolve("cancel"), window, "{'call':'" + realCall + "'}").statusCode());
      assertEquals(
          "ringing",
          JSON.readTree(ask(client, api.resolve("/v1/calls/" + realCall), key, "").body())
              .path("state")
              .asText());

      final var own =
          JSON.readTree(ask(client, page.resolve("call"), window, "{'to':'demo-bob'}").body());
      final var ownTrail = page.resolve("trail?event=" + own.path("event").asText());
      final var cancel = "{'call':'" + own.path("call").asText() + "'}";
      assertEquals(404, ask(client, ownTrail, other, "").statusCode());
      assertEquals(404, ask(client, page.resolve("cancel"), other, cancel).statusCode());
      assertEquals(200, ask(client, ownTrail, window, "").statusCode());
      assertEquals(200, ask(client, page.resolve("cancel"), window, cancel).statusCode());

      final var log = api.resolve("/v1/audit?limit=1000");
      final var before = ask(client, log, key, "").body();
      signIn(client, page, "demo-anna");
      assertEquals(before, ask(client, log, key, "").body(), "a sign-in is no operator's work");
    }
  }

  @Test
  void a_page_of_the_same_host_without_tls_is_another_origin() throws Exception {
    final var data = folder.resolve("data");
    final var configuration = Configuration.load(null).with(data, 0, 0, 0).withDemoPage();
    try (var _ = Server.start(configuration, Parts.PRODUCT, BootClock.clock());
        var client = client(data.resolve("tls/ca.pem"))) {
      final JsonNode where = JSON.readTree(data.resolve("client.json").toFile());
      final var devices = URI.create(where.path("devices").asText());
      final var own = devices.getScheme() + "://" + devices.getAuthority();
      final var plain = "http://" + devices.getAuthority();
      for (final var path : new String[] {"/device/v1/inbox", "/demo/now"}) {
        final var to = devices.resolve(path);
        assertEquals(401, ask(client, to, "none", "", "Origin", own).statusCode(), path);
        assertEquals(403, ask(client, to, "none", "", "Origin", plain).statusCode(), path);
      }
    }
  }

  private static String signIn(final HttpClient client, final URI page, final String user)
      throws Exception {
    final var answer = ask(client, page.resolve("sign-in"), "", "{'user':'" + user + "'}");
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }
}
