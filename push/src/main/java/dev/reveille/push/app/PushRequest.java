package dev.reveille.push.app;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.ClientRequest;
import dev.reveille.http.client.Doubt;
import dev.reveille.http.client.NoConnection;
import dev.reveille.http.client.NotSent;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Outcomes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One push as an HTTP request to a push service, which asks for another connection when it is not
/// the push's first attempt. Its [Verdicts] turn the result into the push's outcome, or send the
/// same object once more.
///
/// Mutable: once handed to the pool it belongs to the pool's event loop, which reads headers and
/// body just before it writes them.
///
/// @param <R> the class of the request, as its verdicts know it
public abstract class PushRequest<R extends PushRequest<R>> extends ClientRequest {
  /// A week is as good as for ever here, and cannot overflow.
  private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(7);

  /// Turns results into outcomes, on the pools' event loops.
  ///
  /// @param <R> the class of the requests
  public interface Verdicts<R> {
    void answered(R request, ClientAnswer answer);

    void notSent(R request, NotSent why);

    void uncertain(R request, Doubt why);
  }

  private final Push push;
  private final Outcomes outcomes;
  private final Verdicts<R> verdicts;
  private String before = "";

  /// @param sendBy from [#sendBy]
  protected PushRequest(
      final Push push, final long sendBy, final Outcomes outcomes, final Verdicts<R> verdicts) {
    super(Urgency.of(push.lane()), sendBy);
    this.push = push;
    this.outcomes = outcomes;
    this.verdicts = verdicts;
    if (push.attempt() > 1) {
      preferAnotherConnection();
    }
  }

  /// From when on a push must not leave any more, on the clock of [System#nanoTime].
  ///
  /// @param leftMillis of its time
  public static long sendBy(final long nanoNow, final long leftMillis) {
    return nanoNow + TimeUnit.MILLISECONDS.toNanos(Math.min(leftMillis, LONGEST_MILLIS));
  }

  public final Push push() {
    return push;
  }

  public final Outcomes outcomes() {
    return outcomes;
  }

  /// What came before, when this is a repeat at once: the outcome's words tell of both tries. ""
  /// for a first try.
  public final String before() {
    return before;
  }

  /// It goes out once more.
  ///
  /// @param words what was answered so far
  public final void repeats(final String words) {
    before = words + ", then ";
  }

  /// Tells the push's one outcome.
  public final void tell(final DeliveryOutcome outcome) {
    outcomes.outcome(push, outcome);
  }

  /// The answer that just came speaks against its connection: a repeat avoids it.
  public final void blame() {
    blameConnection();
  }

  /// More about [NotSent#NO_CONNECTION], of which it was just told.
  public final Optional<NoConnection> whyNoConnection() {
    return noConnection();
  }

  protected abstract R self();

  @Override
  protected boolean isWanted() {
    return push.wanted().getAsBoolean();
  }

  @Override
  protected final void answered(final ClientAnswer answer) {
    verdicts.answered(self(), answer);
  }

  @Override
  protected final void notSent(final NotSent why) {
    verdicts.notSent(self(), why);
  }

  @Override
  protected final void uncertain(final Doubt why) {
    verdicts.uncertain(self(), why);
  }
}
