package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.service.ServiceControl;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads requests to the control port of Google's simulator and writes the answers. Beside what all
/// simulators have it has:
///
/// | request | does |
/// |---|---|
/// | `POST /accounts` `{"project"}` | makes a service account; answers its file |
/// | `GET /accounts` | which are known |
/// | `DELETE /access-tokens` | all access tokens end now |
final class GoogleControl extends ServiceControl {
  private final GoogleSimulator google;

  GoogleControl(final GoogleSimulator google) {
    super(google);
    this.google = google;
  }

  /// `{token?, project?, state?, doze?}`.
  @Override
  protected ObjectNode token(final JsonNode body) {
    final String given = body.path("token").asText("");
    final var state =
        RegistrationToken.State.valueOf(
            body.path("state").asText("active").toUpperCase(Locale.ROOT));
    final String token = given.isEmpty() ? google.newToken(body.path("project").asText("")) : given;
    final var before = Optional.ofNullable(google.phones().token(token));
    final String project =
        body.path("project").asText(before.map(RegistrationToken::project).orElse(""));
    google.put(new RegistrationToken(token, project, state));
    if (body.has("doze")) {
      google.doze(token, body.path("doze").asBoolean());
    }
    return json.createObjectNode().put("token", token);
  }

  @Override
  public JsonNode pushes(final String token, final long since) {
    final var all = json.createArrayNode();
    google.messages(token, since).forEach(message -> all.add(push(message)));
    return all;
  }

  private ObjectNode push(final ArrivedMessage message) {
    final var node =
        json.createObjectNode()
            .put("sequence", message.sequence())
            .put("token", message.token())
            .put("project", message.project())
            .put("time", message.at().toString())
            .put("status", message.status())
            .put("reason", message.reason());
    node.set("message", message.message());
    return node;
  }

  @Override
  public boolean knowsDevice(final String token) {
    return google.phones().token(token) != null;
  }

  @Override
  public AutoCloseable connect(final String token, final Consumer<JsonNode> phone) {
    return google.phones().connect(token, delivery -> phone.accept(delivery(delivery)));
  }

  private ObjectNode delivery(final Phones.Delivery delivery) {
    final var message = delivery.message();
    return message == null
        ? json.createObjectNode().put("deleted", true)
        : push(message).put("stored", delivery.stored());
  }

  @Override
  public @Nullable JsonNode ask(final String what, final JsonNode body)
      throws com.fasterxml.jackson.core.JsonProcessingException {
    return switch (what) {
      case "POST /accounts" ->
          json.readTree(google.makeAccount(body.path("project").asText("simulated")).json());
      case "GET /accounts" -> accounts();
      case "DELETE /access-tokens" -> {
        google.endAccessTokens();
        yield json.createObjectNode();
      }
      default -> null;
    };
  }

  private JsonNode accounts() {
    final var all = json.createArrayNode();
    for (final var account : google.tokens().accounts()) {
      all.addObject()
          .put("project", account.project())
          .put("email", account.email())
          .put("key-id", account.keyId());
    }
    return all;
  }
}
