package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Bytes;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The template of a target as the store keeps it: JSON, whose unknown fields are ignored.
///
/// @param name as the device calls it; "" when it does not, or a version wrote it that kept no
///   names, platforms and expiries
/// @param platform whose language the body is in
/// @param headers each a text or an expression, in the order in which they count
/// @param expiry a text or an expression, of Apple only; "" when there is none
/// @param variables more properties, below those of the message
record TargetTemplate(
    String name,
    Optional<HubPlatform> platform,
    String body,
    Map<String, String> headers,
    String expiry,
    Map<String, String> variables) {
  private static final String NAME = "name";
  private static final String PLATFORM = "platform";
  private static final String BODY = "body";
  private static final String HEADERS = "headers";
  private static final String EXPIRY = "expiry";
  private static final String VARIABLES = "variables";

  TargetTemplate {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    variables = Map.copyOf(variables);
  }

  Bytes bytes() {
    return Bytes.of(
        JsonOut.object(out -> {
          out.textIfAny(NAME, name);
          platform.ifPresent(its -> out.text(PLATFORM, its.installationWord()));
          out.text(BODY, body).object(HEADERS, all -> headers.forEach(all::text));
          out.textIfAny(EXPIRY, expiry).object(VARIABLES, all -> variables.forEach(all::text));
        }));
  }

  static TargetTemplate of(final Bytes bytes) {
    final var node = JsonParsers.tree(bytes.toArray());
    return new TargetTemplate(
        node.path(NAME).asText(),
        HubPlatform.ofInstallation(node.path(PLATFORM).asText()),
        node.path(BODY).asText(),
        texts(node.path(HEADERS)),
        node.path(EXPIRY).asText(),
        texts(node.path(VARIABLES)));
  }

  private static Map<String, String> texts(final JsonNode node) {
    final Map<String, String> texts = new LinkedHashMap<>();
    node.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
