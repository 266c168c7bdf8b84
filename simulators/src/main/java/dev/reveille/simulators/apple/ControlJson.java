package dev.reveille.simulators.apple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.service.ServiceControl;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads requests to the control port of Apple's simulator and writes the answers. Beside what all
/// simulators have it has:
///
/// | request | does |
/// |---|---|
/// | `POST /keys`, `GET /keys` | registers a public key; tells which are known |
/// | `POST /certificates`, `GET /certificates` | says which are refused in the handshake; tells it |
final class ControlJson extends ServiceControl {
  private final AppleSimulator apple;

  ControlJson(final AppleSimulator apple) {
    super(apple);
    this.apple = apple;
  }

  /// `{token?, topic?, environment?, state?, since?}`.
  @Override
  protected ObjectNode token(final JsonNode body) {
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

  @Override
  public JsonNode pushes(final String token, final long since) {
    final var all = json.createArrayNode();
    apple
        .devices()
        .arrived()
        .list(DeviceToken.spelled(token), since)
        .forEach(push -> all.add(push(push)));
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
    push.answered().ifPresent(moment -> node.put("answered", moment.toString()));
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

  private ObjectNode delivery(final Devices.Delivery delivery) {
    return push(delivery.push()).put("stored", delivery.stored());
  }

  @Override
  public boolean knowsDevice(final String token) {
    return apple.devices().token(token) != null;
  }

  @Override
  public AutoCloseable connect(final String token, final Consumer<JsonNode> phone) {
    return apple.devices().connect(token, delivery -> phone.accept(delivery(delivery)));
  }

  @Override
  protected String leaving() {
    return "Shutdown";
  }

  @Override
  public @Nullable JsonNode ask(final String what, final JsonNode body) {
    return switch (what) {
      case "POST /keys" -> key(body);
      case "GET /keys" -> keys();
      case "POST /certificates" -> refuse(body);
      case "GET /certificates" -> refused();
      default -> null;
    };
  }

  /// `{team, key-id, public-key, environment?, topics?}`.
  private JsonNode key(final JsonNode body) {
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

  /// `{refuse: [serial number in hexadecimal digits]}`.
  private JsonNode refuse(final JsonNode body) {
    if (apple.options().clientAuthority().isEmpty()) {
      throw new IllegalArgumentException(
          "senders are asked for no certificate: --client-ca is off");
    }
    final var serials = new ArrayList<String>();
    body.path("refuse").forEach(serial -> serials.add(serial.asText()));
    apple.refuseCertificates(serials);
    return refused();
  }

  private JsonNode refused() {
    final var all = json.createObjectNode();
    final var serials = all.putArray("refuse");
    apple.refusedCertificates().list().forEach(serials::add);
    return all;
  }

  private JsonNode keys() {
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
