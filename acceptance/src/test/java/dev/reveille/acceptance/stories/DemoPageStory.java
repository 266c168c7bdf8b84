package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Two windows of a real browser call each other on the page that the server offers for trying out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DemoPageStory {
  @SuppressWarnings("NullAway") // set before all tests
  private Theatre theatre;

  @SuppressWarnings("NullAway") // set before all tests
  private HttpClient http;

  @TempDir private Path folder;

  @BeforeAll
  void raise() throws Exception {
    theatre = new Theatre("devices: {demo-page: true}");
    http =
        HttpClient.newBuilder()
            .sslContext(Packaged.trusting(Files.readString(theatre.authority())))
            .build();
  }

  @AfterAll
  void lower() throws Exception {
    http.close();
    theatre.close();
  }

  @Test
  void two_windows_call_each_other_and_read_what_they_write() throws Exception {
    try (var browser = new Browser(folder)) {
      final var anna = browser.window(theatre.address("demo"));
      anna.click("[data-user=demo-anna]");
      anna.awaitAttribute("#status", "data-status", "caught-up");
      assertTrue(anna.text("#status").contains("websocket"), "the policy lets WebSockets through");
      final var bob = browser.window(theatre.address("demo"));
      bob.click("[data-user=demo-bob]");
      bob.awaitAttribute("#status", "data-status", "caught-up");
      anna.awaitAttribute("#people [data-user=demo-bob]", "data-presence", "available");

      anna.click("#people [data-user=demo-bob] button");
      bob.await("#call", "Anna calls");
      anna.await("#call", "Calling Bob");
      bob.await("#why", "Live channel: acknowledged.");
      bob.click("#answer");
      bob.await("#call", "Talking to Anna");
      anna.await("#call", "Talking to Bob");
      bob.click("#hang-up");
      anna.await("#call", "Bob hung up.");
      assertEquals("none", bob.attribute("#call", "data-state"));

      bob.click("#people [data-user=demo-anna] button");
      anna.await("#call", "Bob calls");
      anna.click("#decline");
      bob.await("#call", "Anna declined.");
      anna.await("#call", "Declined.");

      anna.click("#people [data-user=demo-bob] button");
      bob.await("#call", "Anna calls");
      anna.click("#hang-up");
      bob.await("#call", "The caller gave up.");

      anna.run("document.getElementById('to').value = 'demo-bob'");
      anna.type("#text", "Lunch at eight?\n");
      bob.await("#messages li", "Anna: Lunch at eight?");
      bob.run("document.getElementById('asleep').click()");
      anna.awaitAttribute("#people [data-user=demo-bob]", "data-presence", "away");
      anna.type("#text", "Still there?\n");
      anna.await("#messages li:last-child small", "shown");
      bob.run("document.getElementById('asleep').click()");
      bob.await("#messages li:last-child", "Still there?");
      anna.await("#messages li:last-child small", "read");

      bob.reload();
      bob.awaitAttribute("#status", "data-status", "caught-up");
      assertEquals("", bob.text("#problem"));
      assertEquals(List.of(), browser.complaints());
    }
  }

  @Test
  void the_page_runs_nothing_but_its_own_files() throws Exception {
    final var page = get(theatre.address("demo"));
    assertEquals(200, page.statusCode());
    final var policy = page.headers().firstValue("content-security-policy").orElseThrow();
    assertTrue(policy.contains("default-src 'none'; script-src 'self'"), policy);
    assertFalse(policy.contains("unsafe"), policy);
  }

  @Test
  void only_the_demos_own_users_sign_in_and_only_through_the_page() throws Exception {
    theatre.call("PUT", "/v1/users/anna", Map.of());
    assertEquals(404, post("sign-in", "{\"user\":\"anna\"}", "application/json", ""));
    assertEquals(403, post("sign-in", "{\"user\":\"demo-anna\"}", "text/plain", ""));
    assertEquals(
        403,
        post("sign-in", "{\"user\":\"demo-anna\"}", "application/json", "https://evil.example"));
    assertEquals(401, post("call", "{\"to\":\"demo-bob\"}", "application/json", ""));
    assertEquals(200, post("sign-in", "{\"user\":\"demo-anna\"}", "application/json", ""));
  }

  @Test
  void a_server_that_was_not_asked_for_the_page_has_none() throws Exception {
    try (var plain = new Theatre();
        var trusting =
            HttpClient.newBuilder()
                .sslContext(Packaged.trusting(Files.readString(plain.authority())))
                .build()) {
      final var answer =
          trusting.send(
              HttpRequest.newBuilder(plain.address("devices").resolve("/demo/")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(404, answer.statusCode());
    }
  }

  private HttpResponse<String> get(final URI where) throws Exception {
    return http.send(HttpRequest.newBuilder(where).build(), HttpResponse.BodyHandlers.ofString());
  }

  private int post(final String what, final String body, final String type, final String origin)
      throws Exception {
    final var request =
        HttpRequest.newBuilder(theatre.address("demo").resolve(what))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!origin.isEmpty()) {
      request.header("Origin", origin);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
