package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.protocols.json.JsonParsers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Messages of Google's old interface, as they go out.
final class LegacyMessageTest {
  private static String v1(final String old) {
    return new String(
        LegacyMessage.toV1(JsonParsers.tree(old.getBytes(StandardCharsets.UTF_8))),
        StandardCharsets.UTF_8);
  }

  /// Under its name and its bytes a send is known again after a restart, when the order of a map
  /// would be another one.
  @Test
  void a_message_has_the_same_bytes_whatever_the_server_was_started_for() {
    assertEquals(
        "{\"message\":{\"notification\":{\"title\":\"t\"},\"android\":{\"notification\":{"
            + "\"icon\":\"1\",\"color\":\"2\",\"sound\":\"3\",\"tag\":\"4\",\"click_action\":\"5\","
            + "\"channel_id\":\"6\",\"body_loc_key\":\"7\",\"title_loc_key\":\"8\"}}}}",
        v1(
            "{\"notification\":{\"title_loc_key\":\"8\",\"body_loc_key\":\"7\",\"tag\":\"4\","
                + "\"android_channel_id\":\"6\",\"click_action\":\"5\",\"sound\":\"3\","
                + "\"color\":\"2\",\"icon\":\"1\",\"title\":\"t\"}}"));
  }
}
