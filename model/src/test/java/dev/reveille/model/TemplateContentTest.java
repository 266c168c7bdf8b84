package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a send of templates carries: properties in their order, no more than a message holds, and
/// never shown.
final class TemplateContentTest {
  @Test
  void properties_keep_their_order_and_are_not_shown() {
    final Map<String, String> properties = new LinkedHashMap<>();
    properties.put("b", "secret");
    properties.put("a", "");
    final var content = new SendContent.Template(properties);
    properties.clear();
    assertEquals(List.of("b", "a"), List.copyOf(content.properties().keySet()));
    assertEquals(8, content.size());
    assertEquals("Template[2 properties]", content.toString());
  }

  @Test
  void more_than_a_message_holds_is_refused() {
    final var most = "x".repeat(SendContent.Template.LARGEST - 1);
    assertEquals(65_536, new SendContent.Template(Map.of("a", most)).size());
    final var refused =
        assertThrows(
            IllegalArgumentException.class, () -> new SendContent.Template(Map.of("ab", most)));
    assertEquals("the properties have 65537 characters, more than 65536", refused.getMessage());
  }
}
