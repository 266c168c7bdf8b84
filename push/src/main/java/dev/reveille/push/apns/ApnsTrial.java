package dev.reveille.push.apns;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.NotSent;
import dev.reveille.http.client.Priority;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A push to a token that is made up: Apple judges the credential and the topic before it looks at
/// the token, so `BadDeviceToken` says that they are good. Nothing is shown anywhere. [#of] blocks
/// for at most a second more than the patience given.
public final class ApnsTrial extends ClientRequest {
  private static final byte[] PATH = "/3/device/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BODY =
      "{\"aps\":{\"content-available\":1}}".getBytes(StandardCharsets.US_ASCII);
  private static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderName EXPIRATION = HeaderName.of("apns-expiration");
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final int TOKEN_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  /// The result of the trial.
  ///
  /// @param why what is wrong, null when Apple takes credential and topic
  /// @param words Apple's own, or our own where it was not asked
  public record Result(@Nullable Reason why, String words) {}

  private final ApnsAccount account;
  private final String topic;
  private final boolean sandbox;
  private final byte[] token;
  private final CompletableFuture<Result> result = new CompletableFuture<>();

  private ApnsTrial(
      final ApnsAccount account, final String topic, final boolean sandbox, final long sendBy) {
    super(Priority.NORMAL, sendBy);
    this.account = account;
    this.topic = topic;
    this.sandbox = sandbox;
    final var random = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(random);
    this.token = HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
  }

  /// @param topic without suffix
  static Result of(
      final ApnsAccount account,
      final String topic,
      final boolean sandbox,
      final Instant now,
      final Duration patience)
      throws InterruptedException {
    final var untimely = account.outOfTime(now);
    if (!untimely.isEmpty()) {
      return new Result(Reason.CREDENTIALS_EXPIRED, untimely);
    }
    final var trial =
        new ApnsTrial(account, topic, sandbox, System.nanoTime() + patience.toNanos());
    account.pool(sandbox).send(List.of(trial));
    try {
      // the pool says a moment after the patience why nothing was sent
      return trial.result.get(patience.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return new Result(Reason.NO_ANSWER, "no answer within " + patience);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a result is never an exception", e);
    }
  }

  @Override
  protected void head(final RequestHeaders headers) {
    headers
        .path(PATH, token)
        .constants(account.headers(account.signed(), PushForm.BACKGROUND, topic, sandbox))
        .once(ID, UUID.randomUUID())
        .once(EXPIRATION, 0);
  }

  @Override
  protected byte[] body() {
    return BODY;
  }

  @Override
  protected void answered(final ClientAnswer answer) {
    final var said = ApnsAnswers.reason(answer.hasBody() ? answer.bodyText() : "");
    final var words = answer.status() + (said.isEmpty() ? "" : " " + said);
    result.complete(new Result(why(ApnsAnswers.action(answer.status(), said)), words));
  }

  private static @Nullable Reason why(final ApnsAnswers.Action action) {
    return switch (action) {
      case ACCEPTED, BAD_TOKEN, WRONG_TOPIC_TOKEN, DEAD_TOKEN -> null;
      case FIX_REQUEST, SHRINK -> Reason.BAD_REQUEST;
      case FIX_TOPIC -> Reason.TOPIC_REFUSED;
      case SIGN_AGAIN -> Reason.CREDENTIALS_EXPIRED;
      case FIX_CREDENTIALS, FIX_SOMETHING, FIX_CREDENTIALS_AND_RECONNECT ->
          Reason.CREDENTIALS_REFUSED;
      case KEEP_TOKEN, SLOW_DOWN -> Reason.SERVICE_THROTTLED;
      case RECONNECT, BACK_OFF -> Reason.SERVICE_UNAVAILABLE;
    };
  }

  @Override
  protected void notSent(final NotSent why) {
    final var words = noConnection().map(Object::toString).orElse(why.toString());
    result.complete(new Result(Reason.SERVICE_UNREACHABLE, words));
  }

  @Override
  protected void uncertain(final Doubt why) {
    result.complete(new Result(Reason.NO_ANSWER, why.toString()));
  }
}
