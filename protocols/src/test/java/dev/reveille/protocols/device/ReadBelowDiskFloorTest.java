package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.ConversationId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a phone is told that has read something while the server's disk is nearly full.
class ReadBelowDiskFloorTest {
  private static final ConversationId TEAM = new ConversationId("team");

  @TempDir private Path directory;

  @Test
  void only_what_would_have_to_be_noted_is_refused() {
    try (var server = new DeviceServer(directory)) {
      final var anna = server.user("anna");
      final var phone = PhoneRequests.register(server, server.code(anna));
      final long first = server.hand(SampleEvents.message("one", anna));
      final long second = server.hand(SampleEvents.message("two", anna));
      final var one = "{\"upTo\":\"" + server.id(first) + "\"}";
      final var two = "{\"upTo\":\"" + server.id(second) + "\"}";
      final var path = "/conversations/team/read";
      assertEquals(204, phone.send("POST", path, one).status());

      server.journal.diskIsLow(true);
      final var refused = phone.send("POST", path, two);
      assertEquals(503, refused.status());
      assertEquals("RV-121", refused.code());
      assertEquals(first, server.store.inbox().readUpTo(anna, TEAM));
      assertEquals(204, phone.send("POST", path, one).status(), "it is on disk already");
      assertEquals(204, phone.send("POST", "/conversations/none/read", two).status());

      server.journal.diskIsLow(false);
      assertEquals(204, phone.send("POST", path, two).status());
      assertEquals(second, server.store.inbox().readUpTo(anna, TEAM));
    }
  }
}
