package dev.reveille.protocols.notificationhubs.template;

import dev.reveille.model.Surrogates;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// The values that a template inserts: the message's properties and the device's variables, by
/// names without regard to case. A message's property is preferred to a variable of the same name.
/// Immutable.
public final class TemplateProperties {
  private static final int MOST = 200;

  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private TemplateProperties(final Map<String, String> message, final Map<String, String> device) {
    message.forEach(values::putIfAbsent);
    device.forEach(values::putIfAbsent);
  }

  /// @param message its properties
  /// @param device its `pushVariables`
  public static TemplateProperties of(
      final Map<String, String> message, final Map<String, String> device) {
    return new TemplateProperties(message, device);
  }

  /// Reads the body of a template send: a JSON object of texts. `null` counts as absent.
  ///
  /// @throws TemplateRefused when it is none; a client exists that writes the body without escaping
  public static Map<String, String> read(final byte[] body) {
    try {
      final var node = JsonParsers.tree(body);
      if (!node.isObject()) {
        throw Refusal.malformed("", "the body must be an object, not " + JsonBody.kind(node));
      }
      final Map<String, String> properties = new LinkedHashMap<>();
      for (final var entry : node.properties()) {
        final var value = entry.getValue();
        if (value.isTextual()) {
          properties.put(Surrogates.mended(entry.getKey()), Surrogates.mended(value.textValue()));
        } else if (!value.isNull()) {
          throw Refusal.malformed(entry.getKey(), "must be a text, not " + JsonBody.kind(value));
        }
      }
      if (properties.size() > MOST) {
        throw Refusal.malformed("", "the body has more than " + MOST + " properties");
      }
      return properties;
    } catch (final Refusal refusal) {
      throw new TemplateRefused(refusal.detail());
    }
  }

  String of(final String name) {
    return values.getOrDefault(name, "");
  }
}
