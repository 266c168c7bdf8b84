package dev.reveille.simulators.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.simulators.service.ServiceControl;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads requests to the control port of the simulated Web Push service and writes the answers.
/// Beside what all simulators have it has:
///
/// | request | does |
/// |---|---|
/// | `POST /acknowledgements` `{"message", "shown"?}` | the browser's word on a message |
final class BrowserControl extends ServiceControl {
  private final BrowserSimulator browser;

  BrowserControl(final BrowserSimulator browser) {
    super(browser);
    this.browser = browser;
  }

  /// `{token?, application-server-key?, state?, acknowledges?}`.
  ///
  /// Answers what a page gets from `PushSubscription.toJSON`, and the token.
  @Override
  protected ObjectNode token(final JsonNode body) {
    final String given = body.path("token").asText("");
    var one =
        given.isEmpty()
            ? browser.subscribe(body.path("application-server-key").asText(""))
            : browser
                .subscription(given)
                .orElseThrow(() -> new IllegalArgumentException("there is no such subscription"));
    if (body.has("state")) {
      one =
          one.with(
              BrowserSubscription.State.valueOf(
                  body.path("state").asText().toUpperCase(Locale.ROOT)));
    }
    if (body.has("acknowledges")) {
      one = one.acknowledging(body.path("acknowledges").asBoolean());
    }
    browser.put(one);
    final var answer =
        json.createObjectNode().put("token", one.token()).put("endpoint", browser.endpoint(one));
    answer.putNull("expirationTime");
    answer.putObject("keys").put("p256dh", one.p256dh()).put("auth", one.auth());
    return answer;
  }

  @Override
  public JsonNode pushes(final String token, final long since) {
    final var all = json.createArrayNode();
    browser.pushes(token, since).forEach(push -> all.add(push(push)));
    return all;
  }

  private ObjectNode push(final ArrivedWebPush push) {
    final var call = push.call();
    final var node =
        json.createObjectNode()
            .put("sequence", push.sequence())
            .put("token", push.token())
            .put("message", push.message())
            .put("time", call.at().toString())
            .put("version", call.version())
            .put("method", call.method())
            .put("target", call.target())
            .put("status", push.status())
            .put("reason", push.reason());
    final var lines = node.putArray("headers");
    call.headers().forEach(line -> lines.addArray().add(line.name()).add(line.value()));
    node.put("bytes", Base64.getEncoder().encodeToString(call.body()));
    push.payload().ifPresent(text -> node.put("payload", text));
    push.undecryptable().ifPresent(why -> node.put("undecryptable", why));
    return node;
  }

  @Override
  public boolean knowsDevice(final String token) {
    return browser.subscription(token).isPresent();
  }

  @Override
  public AutoCloseable connect(final String token, final Consumer<JsonNode> device) {
    return browser
        .subscriptions()
        .connect(
            token,
            delivery -> device.accept(push(delivery.push()).put("stored", delivery.stored())));
  }

  @Override
  public @Nullable JsonNode ask(final String what, final JsonNode body) {
    if (!what.equals("POST /acknowledgements")) {
      return null;
    }
    browser.acknowledge(body.path("message").asText(), body.path("shown").asBoolean(true));
    return json.createObjectNode();
  }
}
