package dev.reveille.protocols.notificationhubs;

import static dev.reveille.protocols.notificationhubs.HubBodies.ALERT;
import static dev.reveille.protocols.notificationhubs.HubBodies.FORMAT;
import static dev.reveille.protocols.notificationhubs.HubBodies.ONE;
import static dev.reveille.protocols.notificationhubs.HubBodies.TWO;
import static dev.reveille.protocols.notificationhubs.HubBodies.VERSION;
import static dev.reveille.protocols.notificationhubs.HubBodies.apple;
import static dev.reveille.protocols.notificationhubs.HubBodies.installation;
import static dev.reveille.protocols.notificationhubs.HubBodies.quoted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.protocols.device.Eventually;
import dev.reveille.routing.port.HubRegistrations.Target;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a patch changes of an installation's addresses, and what an id of one kind is to the other.
final class PatchedInstallationTest {
  private static final String PATH = "/news/installations/p" + VERSION;
  private static final String TEMPLATES =
      ",\"tags\":[\"a\"],\"templates\":{\"t\":{\"body\":\"{}\"}}";

  private final HubUnderTest hub = new HubUnderTest();

  @AfterEach
  void stop() {
    hub.close();
  }

  private void put() {
    final var put = hub.call("PUT", PATH, installation("apns", quoted(ONE), TEMPLATES));
    assertEquals(200, put.statusCode(), put.body());
  }

  private void patch(final String op, final String path, final String value) {
    final var body =
        "[{\"op\":\"%s\",\"path\":\"%s\",\"value\":\"%s\"}]".formatted(op, path, value);
    final var patched = hub.call("PATCH", PATH, body);
    assertEquals(200, patched.statusCode(), patched.body());
  }

  private List<Target> targets() {
    return hub.store.hubs().find(hub.hub.key(), "p").orElseThrow().entry().targets();
  }

  private boolean isExpired() {
    return hub.call("GET", PATH, "").body().contains("\"pushChannelExpired\":true");
  }

  /// The push service says now that the address is no more.
  private void die() {
    final var key = targets().getFirst().key();
    assertTrue(hub.store.hubs().dead(hub.hub.key(), key, Instant.now()).isPresent());
    assertTrue(isExpired());
  }

  @Test
  void a_patch_of_tags_does_not_revive_a_dead_channel() throws Exception {
    put();
    die();
    patch("add", "/tags", "b");
    patch("add", "/templates/u", "{\\\"body\\\":\\\"{}\\\"}");
    assertEquals(List.of(), targets());
    assertTrue(isExpired());
    final var sent = hub.call("POST", "/news/messages" + VERSION, ALERT, FORMAT, "apple");
    hub.told(sent, text -> text.contains("<State>NoTargetFound"));
    assertEquals(List.of(), hub.tokens());
  }

  @Test
  void a_channel_stays_registered_since_its_app_wrote_it() {
    put();
    final var before = targets().getFirst().address();
    final var said = Instant.now(); // by the push service, before the patch
    patch("add", "/tags", "b");
    patch("add", "/templates/u", "{\\\"body\\\":\\\"{}\\\"}");
    assertEquals(3, targets().size());
    targets().forEach(target -> assertEquals(before, target.address()));
    assertTrue(
        hub.store.hubs().dead(hub.hub.key(), targets().getFirst().key(), said).isPresent(),
        "the word of the service still counts");
    assertTrue(isExpired());
  }

  @Test
  void a_channel_that_is_named_is_registered_anew_also_when_it_is_the_same() {
    put();
    die();
    patch("replace", "/pushChannel", ONE);
    assertEquals(2, targets().size());
    assertEquals(ONE, targets().getFirst().address().token().value());
    die();
    patch("replace", "/pushChannel", TWO);
    assertEquals(TWO, targets().getFirst().address().token().value());
    Eventually.holds(() -> !isExpired(), "the new channel is alive");
  }

  // ---- kinds ----------------------------------------------------------------------------------

  @Test
  void an_id_of_one_kind_cannot_be_removed_as_the_other() {
    put();
    final var registration = "/news/registrations/r-1" + VERSION;
    assertEquals(200, hub.call("PUT", registration, apple(TWO, "")).statusCode());
    assertEquals(404, hub.call("DELETE", "/news/registrations/p" + VERSION, "").statusCode());
    assertEquals(200, hub.call("GET", PATH, "").statusCode(), "the installation is there");
    assertEquals(204, hub.call("DELETE", "/news/installations/r-1" + VERSION, "").statusCode());
    assertEquals(200, hub.call("GET", registration, "").statusCode(), "the registration is there");
    assertEquals(200, hub.call("PUT", registration, apple(TWO, "")).statusCode(), "and not gone");
  }
}
