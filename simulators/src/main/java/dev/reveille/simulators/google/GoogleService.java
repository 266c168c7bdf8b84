package dev.reveille.simulators.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.simulators.service.Arrivals;
import dev.reveille.simulators.service.FrameListener;
import dev.reveille.simulators.service.ServiceConnection;
import dev.reveille.simulators.service.Site;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides how Google answers a request, of HTTP/1.1 or HTTP/2. Called from any event loop.
final class GoogleService {
  static final String TOKEN_PATH = "/token";

  /// A fault for this "device token" meets requests to the token endpoint.
  static final String OAUTH = "oauth";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SEND = Pattern.compile("/v1/projects/([^/:]+)/messages:send");
  private static final int STREAMS = 100;

  private final GoogleOptions options;
  private final AccessTokens tokens;
  private final Phones phones;
  private final Quotas quotas;
  private final Site site;
  private final Arrivals<ArrivedMessage> arrived;
  private final AtomicLong trials = new AtomicLong();

  GoogleService(
      final GoogleOptions options,
      final AccessTokens tokens,
      final Phones phones,
      final Site site) {
    this.options = options;
    this.tokens = tokens;
    this.phones = phones;
    this.quotas = new Quotas(options);
    this.site = site;
    this.arrived = new Arrivals<>(options.keptMessages());
  }

  Site site() {
    return site;
  }

  Instant now() {
    return options.clock().instant();
  }

  Arrivals<ArrivedMessage> arrived() {
    return arrived;
  }

  /// Messages that Google was asked to look at only.
  long trials() {
    return trials.get();
  }

  ServiceConnection<?> newConnection() {
    return FrameListener.connection(
        STREAMS,
        GoogleConnection.RETRY_AFTER,
        (decoder, encoder, initial) -> new GoogleConnection(decoder, encoder, initial, this));
  }

  /// Which device token a request is for; [#OAUTH] for the token endpoint.
  String tokenOf(final String path, final String body) {
    return path.equals(TOKEN_PATH) ? OAUTH : message(body).path("token").asText("");
  }

  /// @param came when the request had come, which may be a while ago
  GoogleAnswer answer(
      final String method,
      final String path,
      final String authorization,
      final String body,
      final Instant came) {
    if (path.equals(TOKEN_PATH)) {
      final var answer =
          method.equals("POST")
              ? tokens.grant(body)
              : GoogleAnswer.refused(GoogleReason.METHOD_NOT_ALLOWED);
      if (answer.status() != 200) {
        site.counters().refused(answer.reason());
      }
      return answer;
    }
    final var answer = judge(method, path, authorization, body);
    if (isTrial(body)) {
      trials.incrementAndGet(); // looked at, and no push
      return answer;
    }
    final boolean accepted = answer.status() == 200;
    if (accepted) {
      site.counters().accepted.increment();
    } else {
      site.counters().refused(answer.reason());
    }
    keep(path, body, came, answer.status(), answer.reason(), accepted);
    return answer;
  }

  /// Writes the arrival down and lets the phone have it.
  void keep(
      final String path,
      final String body,
      final Instant came,
      final int status,
      final String reason,
      final boolean deliver) {
    if (path.equals(TOKEN_PATH)) {
      return;
    }
    final var message = message(body);
    final String token = message.path("token").asText("");
    final var one =
        arrived.add(sequence ->
            new ArrivedMessage(sequence, token, project(path), message, came, status, reason));
    if (deliver && !token.isEmpty()) {
      phones.deliver(one);
    }
  }

  private GoogleAnswer judge(
      final String method, final String path, final String authorization, final String body) {
    final String project = project(path);
    if (project.isEmpty()) {
      return GoogleAnswer.refused(GoogleReason.NOT_FOUND);
    }
    if (!method.equals("POST")) {
      return GoogleAnswer.refused(GoogleReason.METHOD_NOT_ALLOWED);
    }
    final var refusal = tokens.bearer(authorization, project).refusal();
    if (refusal != null) {
      return GoogleAnswer.refused(refusal);
    }
    final JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return GoogleAnswer.refused(
          GoogleReason.BAD_FIELD,
          "Invalid JSON payload received. " + e.getOriginalMessage(),
          "message",
          0);
    }
    final var wrong = MessageRules.check(request);
    if (wrong != null) {
      final boolean violates = wrong.reason() == GoogleReason.BAD_FIELD;
      return GoogleAnswer.refused(
          wrong.reason(), wrong.message(), violates ? wrong.field() : "", 0);
    }
    final var message = request.path("message");
    final var dead = device(message.path("token").asText(""), project);
    if (dead != null) {
      return GoogleAnswer.refused(dead);
    }
    if (isTrial(body)) {
      return GoogleAnswer.accepted("projects/" + project + "/messages/fake_message_id");
    }
    final boolean collapsible = !message.path("android").path("collapse_key").asText("").isEmpty();
    final var exceeded = quotas.take(project, message.path("token").asText(""), collapsible);
    return exceeded == null
        ? GoogleAnswer.accepted("projects/" + project + "/messages/0:" + UUID.randomUUID())
        : GoogleAnswer.refused(
            exceeded.reason(),
            exceeded.reason().message(),
            exceeded.subject(),
            exceeded.retryAfter());
  }

  private @Nullable GoogleReason device(final String token, final String project) {
    if (token.isEmpty()) {
      return null; // to a topic
    }
    final var known = phones.token(token);
    if (known == null) {
      return options.unknownTokens() ? null : GoogleReason.BAD_TOKEN;
    }
    if (known.state() == RegistrationToken.State.UNREGISTERED) {
      return GoogleReason.UNREGISTERED;
    }
    return known.project().isEmpty() || known.project().equals(project)
        ? null
        : GoogleReason.SENDER_ID_MISMATCH;
  }

  private static String project(final String path) {
    final var match = SEND.matcher(path);
    return match.matches() ? match.group(1) : "";
  }

  private static JsonNode message(final String body) {
    try {
      return JSON.readTree(body).path("message");
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }

  private static boolean isTrial(final String body) {
    try {
      final var request = JSON.readTree(body);
      return request.path("validate_only").asBoolean(false)
          || request.path("validateOnly").asBoolean(false);
    } catch (JsonProcessingException _) {
      return false;
    }
  }
}
