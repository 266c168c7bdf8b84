package dev.reveille.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several APIs on one listener, one of which puts its problems into XML.
final class HandlersTest {
  private static final String XML = "application/xml";

  @SuppressWarnings("NullAway") // set before all tests
  private static TestCertificate certificate;

  @BeforeAll
  static void certificate(final @TempDir Path folder) {
    certificate = TestCertificate.in(folder);
  }

  /// Says its name, and wraps problems in its own form.
  private record Named(String name, String problemType) implements HttpHandler {
    @Override
    public void handle(final Exchange exchange) {
      exchange.answer(Answer.text(200, name));
    }

    @Override
    public BodyRule bodyRule(final String method, final String path) {
      return path.endsWith("/small") ? BodyRule.whole(10) : BodyRule.USUAL;
    }

    @Override
    public Problems problems() {
      return (status, detail) ->
          Answer.of(
              status,
              problemType,
              "<Error by=\"%s\">%d %s</Error>"
                  .formatted(name, status, detail)
                  .getBytes(StandardCharsets.UTF_8));
    }
  }

  private static final Named OTHERS = new Named("others", "text/plain");
  private static final Named PAGE = new Named("page", "text/html");
  private static final Named HUB = new Named("hub", XML);
  private static final Named HUB_PAGE = new Named("hub page", XML);
  private static final Named TOPICS = new Named("topics", "application/json");

  private static Handlers all() {
    return new Handlers(OTHERS)
        .at("/page", PAGE)
        .at("/page/inner/", new Named("inner", "text/html"))
        .on("hub.example.org", "/", HUB)
        .on("hub.example.org", "/page", HUB_PAGE)
        .on("*.events.example.org", "/", TOPICS)
        .on("a.events.example.org", "/only", new Named("only", "text/plain"));
  }

  private static Listening server() {
    return new Listening(Listening.plain(HttpLimits.defaults()), all());
  }

  private static String name(final Listening server, final String host, final String path)
      throws Exception {
    try (var client = server.client()) {
      return client.say("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").reply().body();
    }
  }

  @Test
  void the_host_goes_before_the_path_and_the_longest_path_wins() throws Exception {
    try (var server = server()) {
      assertEquals("others", name(server, "x", "/"));
      assertEquals("others", name(server, "x", "/pages"));
      assertEquals("page", name(server, "x", "/page"));
      assertEquals("page", name(server, "x", "/PAGE/x?y=/z"));
      assertEquals("page", name(server, "x", "/page/inne"));
      assertEquals("inner", name(server, "x", "/page/inner"));
      assertEquals("inner", name(server, "x", "/page/inner/x"));
      assertEquals("hub", name(server, "hub.example.org", "/"));
      assertEquals("hub", name(server, "HUB.example.ORG:8443", "/anything"));
      assertEquals("hub page", name(server, "hub.example.org", "/page/inner"));
      assertEquals("others", name(server, "hub.example.org.evil.example", "/"));
      assertEquals("hub", name(server, "hub.example.org.", "/"));
      assertEquals("others", name(server, "[::1]:80", "/"));
    }
  }

  @Test
  void an_exact_name_goes_before_a_wildcard_and_leaves_the_rest_to_all_hosts() throws Exception {
    try (var server = server()) {
      assertEquals("topics", name(server, "b.events.example.org", "/page"));
      assertEquals("only", name(server, "a.events.example.org", "/only"));
      assertEquals("page", name(server, "a.events.example.org", "/page"));
      assertEquals("others", name(server, "a.b.events.example.org", "/"));
    }
  }

  private static void refusedAsXml(final Listening server, final int status, final String request)
      throws Exception {
    try (var client = server.client()) {
      final var reply = client.say(request).reply();
      assertEquals(status, reply.status(), request);
      assertEquals(XML, reply.headers().get("content-type"), request);
      assertTrue(reply.body().startsWith("<Error by=\"hub\">" + status), reply.body());
    }
  }

  @Test
  void what_the_transport_refuses_has_the_form_of_the_api_that_was_addressed() throws Exception {
    final var host = "Host: hub.example.org\r\n";
    try (var server = server()) {
      refusedAsXml(server, 400, "GET /x HTTP/1.1\r\n" + host + "X : y\r\n\r\n");
      refusedAsXml(server, 400, "GET /x HTTP/1.1\r\n" + host + "X: a\n");
      refusedAsXml(server, 400, "GET /../x HTTP/1.1\r\n" + host + "\r\n");
      refusedAsXml(server, 400, "GET http://hub.example.org/x HTTP/1.1\r\n" + host + "\r\n");
      refusedAsXml(server, 501, "CONNECT hub.example.org:443 HTTP/1.1\r\n" + host + "\r\n");
      refusedAsXml(server, 505, "GET /x HTTP/2.0\r\n" + host + "\r\n");
      refusedAsXml(server, 501, "POST /x HTTP/1.1\r\n" + host + "Transfer-Encoding: x\r\n\r\n");
      refusedAsXml(server, 413, "PUT /small HTTP/1.1\r\n" + host + "Content-Length: 11\r\n\r\n");
      refusedAsXml(
          server,
          413,
          "PUT /small HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nb\r\n");
      refusedAsXml(
          server,
          400,
          "PUT /small HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nz\r\n");
      refusedAsXml(
          server,
          431,
          "GET /x HTTP/1.1\r\n" + host + "X: " + "y".repeat(HttpLimits.defaults().head().fields()));
      refusedAsXml(
          server,
          431,
          "GET /x HTTP/1.1\r\n"
              + host
              + "X: y\r\n".repeat(HttpLimits.defaults().head().count())
              + "\r\n");
    }
  }

  @Test
  void a_request_line_that_is_too_long_is_refused_as_its_path_says() throws Exception {
    try (var server = server();
        var client = server.client()) {
      final var reply =
          client.say("GET /page/" + "x".repeat(HttpLimits.defaults().head().line())).reply();

      assertEquals(414, reply.status());
      assertEquals("text/html", reply.headers().get("content-type"));
    }
  }

  @Test
  void slow_requests_are_refused_as_the_api_says_that_was_addressed() throws Exception {
    try (var server = server();
        var slowHead = server.client();
        var slowBody = server.client()) {
      slowHead.say("GET /x HTTP/1.1\r\nHost: hub.example.org\r\nX: ");
      slowBody.say("PUT /x HTTP/1.1\r\nHost: hub.example.org\r\nContent-Length: 5\r\n\r\nab");
      Listening.until(() -> server.listener().connections() == 2);
      // Later connections, some on each loop, were answered: the bytes before them have been read.
      for (var i = 0; i < 4; i++) {
        try (var later = server.client()) {
          assertEquals(200, later.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply().status());
        }
      }
      server.pass(Duration.ofSeconds(60));

      for (final var slow : List.of(slowHead, slowBody)) {
        final var reply = slow.reply();
        assertEquals(408, reply.status());
        assertTrue(reply.body().startsWith("<Error by=\"hub\">408"), reply.body());
      }
    }
  }

  @Test
  void connections_over_the_limit_are_refused_in_the_form_of_the_handler_for_all_others()
      throws Exception {
    final var limits = HttpLimits.defaults().withConnections(1, 10);
    try (var server = new Listening(Listening.plain(limits), all());
        var first = server.client()) {
      assertEquals(200, first.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply().status());
      try (var second = server.client()) {
        final var reply = second.reply();
        assertEquals(503, reply.status());
        assertTrue(reply.body().startsWith("<Error by=\"others\">503"), reply.body());
      }
    }
  }

  @Test
  void http2_is_shared_and_refused_the_same_way() throws Exception {
    final var settings =
        Listening.plain(HttpLimits.defaults())
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true);
    try (var server = new Listening(settings, all());
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      client.request(1, "GET", "/page/x", true).send();
      assertEquals(
          "page", new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8));
      client.request(3, "GET", "/page/../x", true).send();
      final var refusal = new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8);
      assertTrue(refusal.startsWith("<Error by=\"page\">400"), refusal);
    }
  }

  @Test
  void header_lists_of_http2_that_are_too_large_are_refused_as_the_api_says_that_was_addressed()
      throws Exception {
    final var settings =
        Listening.plain(HttpLimits.defaults().withHead(100, 1_000, 100))
            .withTls(TlsContexts.of(certificate.certificate(), certificate.key(), true))
            .withHttp2(true);
    final var large = "y".repeat(1_000);
    try (var server = new Listening(settings, all());
        var client = RawHttp2.to(server.listener().address(), certificate)) {
      refusedAsLarge(client, "hub", 1, head("/x", "x", large));
      refusedAsLarge(client, "others", 3, head("/" + large)); // the host is read too late
      client.headers(5, 0, head("/x"));
      refusedAsLarge(client, "hub", 5, "x", large + large.substring(0, 200)); // trailers
      client.headers(7, RawHttp2.END_STREAM, head("/x")).send();
      assertEquals(
          "hub", new String(client.await(RawHttp2.DATA).payload(), StandardCharsets.UTF_8));
    }
  }

  private static String[] head(final String path, final String... more) {
    return Stream.concat(
            Stream.of(
                ":method",
                "GET",
                ":scheme",
                "https",
                ":path",
                path,
                ":authority",
                "hub.example.org"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static void refusedAsLarge(
      final RawHttp2 client, final String by, final int stream, final String... fields)
      throws Exception {
    client.headers(stream, RawHttp2.END_STREAM, fields).send();
    final var refusal = client.await(RawHttp2.DATA);
    assertEquals(stream, refusal.stream());
    final var words = new String(refusal.payload(), StandardCharsets.UTF_8);
    assertTrue(words.startsWith("<Error by=\"" + by + "\">431"), words);
  }

  @Test
  void two_handlers_for_one_place_are_a_mistake() {
    final var all = all();

    assertThrows(IllegalArgumentException.class, () -> all.at("/PAGE/", PAGE));
    assertThrows(IllegalArgumentException.class, () -> all.on("HUB.example.org", "/", HUB));
    assertThrows(IllegalArgumentException.class, () -> all.at("page", PAGE));
  }
}
