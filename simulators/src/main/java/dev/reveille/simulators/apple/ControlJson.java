package dev.reveille.simulators.apple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;

/// What the control port's requests and answers look like.
final class ControlJson {
  private final ObjectMapper json;
  private final AppleSimulator apple;

  ControlJson(final ObjectMapper json, final AppleSimulator apple) {
    this.json = json;
    this.apple = apple;
  }

  /// `{token?, topic?, environment?, state?, since?}` or an array of these.
  JsonNode tokens(final JsonNode body) {
    if (body.isArray()) {
      final var made = json.createArrayNode();
      body.forEach(one -> made.add(token(one)));
      return made;
    }
    return token(body);
  }

  private ObjectNode token(final JsonNode body) {
    final boolean sandbox = sandbox(body.path("environment").asText("production"));
    final String topic = body.path("topic").asText("");
    final String given = body.path("token").asText("");
    final var state =
        DeviceToken.State.valueOf(body.path("state").asText("active").toUpperCase(Locale.ROOT));
    final var since =
        body.has("since")
            ? Instant.ofEpochMilli(body.path("since").asLong())
            : apple.options().clock().instant();
    final String token = given.isEmpty() ? apple.newToken(topic, sandbox) : given;
    final var before = Optional.ofNullable(apple.devices().token(token));
    final String keptTopic = body.has("topic") ? topic : before.map(DeviceToken::topic).orElse("");
    final boolean keptSandbox =
        body.has("environment") ? sandbox : before.map(DeviceToken::sandbox).orElse(sandbox);
    apple.put(new DeviceToken(token, keptTopic, keptSandbox, state, since));
    return json.createObjectNode().put("token", token);
  }

  private static boolean sandbox(final String environment) {
    return switch (environment) {
      case "production" -> false;
      case "sandbox" -> true;
      default ->
          throw new IllegalArgumentException(
              "environment is production or sandbox, not " + environment);
    };
  }

  JsonNode pushes(final String token, final long since) {
    final var all = json.createArrayNode();
    apple.devices().arrived(token, since).forEach(push -> all.add(push(push)));
    return all;
  }

  private ObjectNode push(final ArrivedPush push) {
    final var node =
        json.createObjectNode()
            .put("sequence", push.sequence())
            .put("token", push.token())
            .put("environment", push.sandbox() ? "sandbox" : "production")
            .put("time", push.at().toString())
            .put("status", push.status())
            .put("reason", push.reason());
    final var headers = node.putObject("headers");
    push.headers().forEach(headers::put);
    try {
      node.set("payload", json.readTree(push.payload()));
    } catch (JsonProcessingException _) {
      // not JSON: shown as it is
      node.put("payload", push.payload());
    }
    return node;
  }

  ObjectNode delivery(final Devices.Delivery delivery) {
    return push(delivery.push()).put("stored", delivery.stored());
  }

  /// See [Fault]; durations in milliseconds (`delay-ms`).
  JsonNode fault(final JsonNode body) {
    final var action =
        Fault.Action.valueOf(
            body.path("action")
                .asText(body.has("status") ? "answer" : "none")
                .toUpperCase(Locale.ROOT)
                .replace('-', '_'));
    apple.fault(
        new Fault(
            body.path("token").asText(""),
            body.path("times").asInt(1),
            body.path("probability").asDouble(1.0),
            body.path("seed").asLong(0),
            Duration.ofMillis(body.path("delay-ms").asLong(0)),
            action,
            body.path("status").asInt(0),
            body.path("reason").asText(body.path("code").asText("")),
            body.path("timestamp").asLong(0),
            body.path("retry-after").asInt(0),
            body.path("delivered").asBoolean(false),
            body.path("streams").asInt(1)));
    return json.createObjectNode();
  }

  JsonNode connections(final JsonNode body) {
    final String what = body.path("do").asText();
    switch (what) {
      case "cut" -> apple.cutConnections();
      case "leave" -> apple.leaveConnections(body.path("reason").asText("Shutdown"));
      case "freeze" -> apple.freezeConnections();
      default -> throw new IllegalArgumentException("do is cut, leave or freeze, not " + what);
    }
    return json.createObjectNode();
  }

  /// `{team, key-id, public-key, environment?, topics?}`.
  JsonNode key(final JsonNode body) {
    final var topics = new HashSet<String>();
    body.path("topics").forEach(topic -> topics.add(topic.asText()));
    try {
      apple
          .tokens()
          .register(
              new ProviderTokens.Key(
                  body.path("team").asText(),
                  body.path("key-id").asText(),
                  ProviderTokens.publicKey(body.path("public-key").asText()),
                  body.path("environment").asText("both"),
                  topics));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "public-key is not the PEM of a P-256 key: " + e.getMessage(), e);
    }
    return json.createObjectNode();
  }

  JsonNode keys() {
    final var all = json.createArrayNode();
    for (final var key : apple.tokens().keys()) {
      final var topics = json.createArrayNode();
      key.topics().forEach(topics::add);
      all.addObject()
          .put("team", key.team())
          .put("key-id", key.keyId())
          .put("environment", key.environment())
          .set("topics", topics);
    }
    return all;
  }
}
