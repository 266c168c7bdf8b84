package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.browser.ArrivedWebPush;
import dev.reveille.simulators.browser.BrowserOptions;
import dev.reveille.simulators.browser.BrowserSimulator;
import dev.reveille.simulators.browser.BrowserSubscription;
import dev.reveille.simulators.browser.ReceiptMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Browsers whose page is closed, with a push service that decrypts as they do.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserPushStory {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BrowserSimulator browser;

  /// The same, with receipts.
  private BrowserSimulator telling;

  private Theatre theatre;
  private String key;

  @BeforeAll
  void raise(@TempDir final Path folder) throws Exception {
    browser = BrowserSimulator.start(BrowserOptions.DEFAULT);
    telling = BrowserSimulator.start(BrowserOptions.DEFAULT.withReceipts(ReceiptMode.TOLD));
    final var authority =
        Files.writeString(folder.resolve("browser-ca.pem"), browser.authorityPem());
    final var another = Files.writeString(folder.resolve("telling-ca.pem"), telling.authorityPem());
    final var where = browser.origin().substring("https://".length());
    final var there = telling.origin().substring("https://".length());
    theatre =
        new Theatre(
            "push:\n  allowed-hosts: [\"%s\", \"%s\"]\n  trust: {\"%s\": \"%s\", \"%s\": \"%s\"}\n"
                .formatted(where, there, where, authority, there, another));
    key = theatre.webPushKey();
    theatre.call(
        "PUT", "/v1/settings/push-notification/global", Map.of("values", Map.of("web", true)));
  }

  @AfterAll
  void lower() throws Exception {
    theatre.close();
    browser.close();
    telling.close();
  }

  private BrowserSubscription subscribed(final String user) throws Exception {
    return subscribed(browser, user);
  }

  private BrowserSubscription subscribed(final BrowserSimulator at, final String user)
      throws Exception {
    final var subscription = at.subscribe(key);
    theatre.call("PUT", "/v1/users/" + user, Map.of());
    register(user, at.endpoint(subscription), subscription);
    return subscription;
  }

  private void register(
      final String user, final String endpoint, final BrowserSubscription subscription)
      throws Exception {
    theatre.device(
        user,
        Theatre.APP,
        Map.of("platform", "browser"),
        Map.of(
            "service",
            "webpush",
            "channel",
            "single",
            "token",
            endpoint,
            "p256dh",
            subscription.p256dh(),
            "auth",
            subscription.auth()));
  }

  private List<ArrivedWebPush> pushes(final BrowserSubscription subscription, final int count)
      throws Exception {
    return pushes(browser, subscription, count);
  }

  private static List<ArrivedWebPush> pushes(
      final BrowserSimulator at, final BrowserSubscription subscription, final int count)
      throws Exception {
    return AcrossProcesses.get(
        count + " pushes to a browser",
        () -> {
          final var all = at.pushes(subscription.token());
          return all.size() >= count ? all : null;
        });
  }

  private static JsonNode read(final ArrivedWebPush push) throws IOException {
    return JSON.readTree(push.payload().orElseThrow());
  }

  @Test
  void a_call_rings_and_its_end_replaces_what_the_browser_has_not_seen() throws Exception {
    final var subscription = subscribed("web-anna");
    final var call = theatre.ring("web-anna", "call", false);
    final var ring = pushes(subscription, 1).getFirst();
    assertEquals("call", read(ring).path("class").asText());
    assertEquals(call, read(ring).path("call").asText());
    assertEquals("high", ring.header("urgency"));
    assertTrue(Integer.parseInt(ring.header("ttl")) <= 60, ring.header("ttl"));
    theatre.call("POST", "/v1/calls/" + call + "/cancel", "");
    final var over =
        AcrossProcesses.get(
            "the end of the call",
            () ->
                browser.pushes(subscription.token()).stream()
                    .filter(push -> push.payload().orElse("").contains("\"call-end\""))
                    .findFirst()
                    .orElse(null));
    assertEquals(call, read(over).path("call").asText());
    assertEquals(ring.header("topic"), over.header("topic"));
  }

  @Test
  void what_a_service_does_not_know_any_more_leaves_the_registry() throws Exception {
    final var subscription = subscribed("web-gone");
    browser.put(subscription.with(BrowserSubscription.State.GONE));
    final var event = theatre.message("web-gone", "hello");
    AcrossProcesses.get(
        "the refusal in the trail",
        () -> theatre.devices(event).toString().contains("RV-203") ? true : null);
    AcrossProcesses.get(
        "the address is gone",
        () ->
            theatre
                    .call("GET", "/v1/installations?user=web-gone", "")
                    .at("/installations/0/addresses")
                    .isEmpty()
                ? true
                : null);
  }

  @Test
  void while_a_service_is_away_pushes_wait_and_arrive_once() throws Exception {
    final var subscription = subscribed("web-away");
    browser.goDown();
    final var event = theatre.message("web-away", "hello from the other side");
    AcrossProcesses.get(
        "a try that found it away",
        () -> theatre.devices(event).toString().contains("RV-215") ? true : null);
    browser.comeBack();
    final var push = pushes(subscription, 1).getFirst();
    assertEquals(event, read(push).path("id").asText());
    assertEquals("hello from the other side", read(push).at("/show/body").asText());
    theatre.message("web-away", "one more message");
    assertEquals(2, pushes(subscription, 2).size(), "nothing arrived twice");
  }

  @Test
  void the_browsers_own_word_comes_into_the_trail() throws Exception {
    final var subscription = subscribed(telling, "web-receipt");
    final var event = theatre.message("web-receipt", "read the receipt");
    AcrossProcesses.get(
        "that it was taken, in the trail",
        () -> theatre.devices(event).toString().contains("RV-200") ? true : null);
    final var taken = theatre.explain(event).replaceAll("\\s+", " ");
    assertTrue(taken.contains("(receipt promised)"), taken);
    assertTrue(taken.contains("has not said that it arrived"), taken);
    try (var _ = telling.connectBrowser(subscription.token(), _ -> {})) {
      AcrossProcesses.get(
          "the receipt in the trail",
          () -> theatre.devices(event).toString().contains("RV-239") ? true : null);
    }
    final var told = theatre.explain(event).replaceAll("\\s+", " ");
    assertTrue(told.contains("Push: the browser acknowledged it. ["), told);
    assertTrue(told.contains("Arrived: the browser has had it after"), told);
    final var never = theatre.message("web-receipt", "while the browser is away");
    final var message = pushes(telling, subscription, 2).getLast().message();
    telling.acknowledge(message, false);
    AcrossProcesses.get(
        "that no browser took it, in the trail",
        () -> theatre.devices(never).toString().contains("RV-240") ? true : null);
    final var unseen = theatre.explain(never).replaceAll("\\s+", " ");
    assertTrue(unseen.contains("did not acknowledge the push before its time was over"), unseen);
  }

  @Test
  void a_place_beside_the_server_cannot_be_registered() throws Exception {
    final var subscription = browser.subscribe(key);
    theatre.call("PUT", "/v1/users/web-evil", Map.of());
    for (final var place :
        List.of(
            "https://127.0.0.2:" + theatre.address("api").getPort() + "/v1/users",
            "https://169.254.169.254/latest/meta-data/",
            "https://0x7f.1/x",
            "http://push.example.org/x")) {
      final var refused =
          assertThrows(IOException.class, () -> register("web-evil", place, subscription));
      assertTrue(String.valueOf(refused.getMessage()).contains("4"), refused.getMessage());
      assertTrue(
          String.valueOf(refused.getMessage()).contains("RV-232")
              || String.valueOf(refused.getMessage()).contains("RV-101"),
          refused.getMessage());
    }
  }
}
