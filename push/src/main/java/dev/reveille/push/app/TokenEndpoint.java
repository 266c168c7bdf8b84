package dev.reveille.push.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.http.client.BlockingCall;
import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.NotSent;
import dev.reveille.http.client.PoolListener;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Cause;
import dev.reveille.model.Reason;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Gets access tokens from an OAuth 2.0 token endpoint (RFC 6749 section 4.4 and RFC 7523). One is
/// needed about once an hour; the connection is closed in between.
public final class TokenEndpoint implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_LIFE_SECONDS = 86_400;
  private static final String NONE = "no access token: ";

  /// The endpoint's answer: a token, a refusal for good, or a failure that may pass.
  public sealed interface Result {
    record Token(String value, Duration life) implements Result {
      @Override
      public String toString() {
        return "Token[…]";
      }
    }

    /// Asking again changes nothing.
    record Refused(String words) implements Result {}

    /// @param cause why the endpoint was not reached, where that is known
    record Later(Reason why, String words, Optional<Duration> retryAfter, Optional<Cause> cause)
        implements Result {}
  }

  private final PublicUrl url;
  private final Duration patience;
  private final Supplier<String> form;
  private final ClientPool pool;

  /// @param target how the URL's host is reached
  /// @param patience for one request, from the look-up of the name to the end of the answer
  /// @param loops carry the connection; they stay the caller's
  /// @param form answers what to post, for each request anew; `application/x-www-form-urlencoded`
  public TokenEndpoint(
      final PublicUrl url,
      final ClientTarget target,
      final Duration patience,
      final EventLoopGroup loops,
      final PoolSettings settings,
      final Supplier<String> form) {
    this.url = url;
    this.patience = patience;
    this.form = form;
    // shorter than the caller's, so that it hears what was waited for
    final var waiting = patience.multipliedBy(3).dividedBy(4);
    this.pool =
        new ClientPool(
            "token " + target,
            loops,
            target,
            settings
                .withMostConnections(1)
                .withQueuePatience(waiting)
                .withAnswerPatience(waiting)
                .onDemand(),
            PoolListener.NONE);
  }

  /// Asks for a token. Blocks; not to be called on an event loop.
  public Result ask() throws InterruptedException {
    final var asked =
        BlockingCall.ask(
            pool,
            "POST",
            url,
            Map.of(
                "content-type", "application/x-www-form-urlencoded",
                "accept", "application/json"),
            form.get().getBytes(StandardCharsets.US_ASCII),
            patience);
    return switch (asked) {
      case BlockingCall.Result.Answered(var answer) -> read(answer);
      case BlockingCall.Result.Unsent(var why, var connection) ->
          later(
              connection
                  .map(Object::toString)
                  .orElse(url.host() + ":" + url.port() + ": " + words(why)),
              connection.flatMap(known -> known.failure()).map(Unreachable::cause));
      case BlockingCall.Result.Unknown(var why) ->
          later(
              url.host() + ":" + url.port() + ": no answer (" + why + ")",
              Optional.of(Cause.TIMED_OUT));
    };
  }

  private static String words(final NotSent why) {
    return why == NotSent.NO_CONNECTION ? "no connection" : why.toString();
  }

  private static Result later(final String words, final Optional<Cause> cause) {
    return new Result.Later(Reason.SERVICE_UNREACHABLE, NONE + words, Optional.empty(), cause);
  }

  private static Result read(final ClientAnswer answer) {
    final var body = json(answer.bodyText());
    if (answer.status() == 200) {
      final String token = body.path("access_token").asText("");
      final long seconds = body.path("expires_in").asLong(0);
      if (token.isEmpty() || seconds <= 0 || !token.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
        return new Result.Later(
            Reason.SERVICE_UNAVAILABLE,
            NONE + "the answer holds none",
            Optional.empty(),
            Optional.empty());
      }
      return new Result.Token(token, Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE_SECONDS)));
    }
    final String words =
        NONE + answer.status() + said(body, "error") + said(body, "error_description");
    if (answer.status() == 429 || answer.status() >= 500) {
      return new Result.Later(
          Reason.SERVICE_UNAVAILABLE,
          words,
          RetryAfter.read(answer.header("retry-after").orElse("")),
          Optional.empty());
    }
    return new Result.Refused(words);
  }

  /// The platform's own words, without what could break a log line.
  private static String said(final JsonNode body, final String field) {
    final String text = body.path(field).asText("").replaceAll("[^\\x20-\\x7E]", "?");
    return text.isEmpty() ? "" : " " + text.substring(0, Math.min(text.length(), 200));
  }

  private static JsonNode json(final String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    pool.close(Duration.ZERO);
  }
}
