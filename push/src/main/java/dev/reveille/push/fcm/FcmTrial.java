package dev.reveille.push.fcm;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.NotSent;
import dev.reveille.http.client.Priority;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.payload.JsonBytes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A request that Google validates and does not deliver (`validate_only`): it shows whether a
/// credential opens the project and whether a token would take a message. [#of] blocks for at most
/// the patience given.
public final class FcmTrial extends ClientRequest {
  private static final byte[] NOTHING = {};

  /// The result of the trial.
  ///
  /// @param why what is wrong, null when Google would take a message
  /// @param words Google's own, or our own where it was not asked
  public record Result(@Nullable Reason why, String words) {}

  private final FcmAccount account;
  private final byte[] body;
  private final CompletableFuture<Result> result = new CompletableFuture<>();
  private volatile AccessToken.@Nullable Issued access;

  private FcmTrial(final FcmAccount account, final PushToken token, final long sendBy) {
    super(Priority.NORMAL, sendBy);
    this.account = account;
    this.body =
        new JsonBytes()
            .raw("{\"validate_only\":true,\"message\":{\"token\":")
            .string(token.value())
            .raw(",\"data\":{\"reveille\":\"{}\"},\"android\":{\"ttl\":\"0s\"}}}")
            .toBytes();
  }

  static Result of(final FcmAccount account, final PushToken token, final Duration patience)
      throws InterruptedException {
    final var trial = new FcmTrial(account, token, System.nanoTime() + patience.toNanos());
    account.token().await(trial.new Access());
    try {
      return trial.result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return new Result(Reason.NO_ANSWER, "no answer within " + patience);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a result is never an exception", e);
    }
  }

  /// Waits for the access token, without which nothing is sent.
  private final class Access implements AccessToken.Waiter {
    @Override
    public void token(final AccessToken.Issued issued) {
      access = issued;
      account.pool().send(List.of(FcmTrial.this));
    }

    @Override
    public void failed(final AccessToken.Failure failure) {
      result.complete(new Result(failure.why(), failure.words()));
    }

    @Override
    public int size() {
      return 1;
    }
  }

  @Override
  protected void head(final RequestHeaders headers) {
    final var issued = access;
    if (issued == null) {
      throw new IllegalStateException("a request without an access token");
    }
    headers.path(account.path(), NOTHING).constants(account.headers(issued));
  }

  @Override
  protected byte[] body() {
    return body;
  }

  @Override
  protected void answered(final ClientAnswer answer) {
    if (answer.status() == 200) {
      result.complete(new Result(null, FcmAnswers.receipt(answer.bodyText())));
      return;
    }
    final var said = FcmAnswers.read(answer.hasBody() ? answer.bodyText() : "");
    final var words = answer.status() + (said.code().isEmpty() ? "" : " " + said.code());
    result.complete(new Result(why(FcmAnswers.action(answer.status(), said)), words));
  }

  private static Reason why(final FcmAnswers.Action action) {
    return switch (action) {
      case ACCEPTED -> throw new IllegalStateException("200 was dealt with");
      case FIX_REQUEST -> Reason.BAD_REQUEST;
      // the message is the smallest there is: it is the token
      case TOKEN_OR_MESSAGE, BAD_TOKEN -> Reason.TOKEN_BAD;
      case DEAD_TOKEN -> Reason.TOKEN_RETIRED;
      case WRONG_PROJECT_TOKEN -> Reason.TOKEN_WRONG_SENDER;
      case ASK_AGAIN -> Reason.CREDENTIALS_EXPIRED;
      case FIX_THIRD_PARTY -> Reason.THIRD_PARTY_REFUSED;
      case FIX_CREDENTIALS, FIX_SOMETHING -> Reason.CREDENTIALS_REFUSED;
      case SLOW_PROJECT -> Reason.SERVICE_THROTTLED;
      case SLOW_DEVICE -> Reason.DEVICE_THROTTLED;
      case BACK_OFF -> Reason.SERVICE_UNAVAILABLE;
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
