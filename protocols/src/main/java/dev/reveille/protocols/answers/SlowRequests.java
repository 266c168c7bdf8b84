package dev.reveille.protocols.answers;

import dev.reveille.http.server.Exchange;
import dev.reveille.http.server.Problems;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.FairShare;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs requests that may wait for the store on virtual threads, one each, so many at once and no
/// more: what waits must not pile up in the heap.
///
/// The places are shared between organisations ([FairShare]); those that showed no key which memory
/// knows have a quarter, until their key is looked up. Beyond that a request is answered with 503
/// and `Retry-After`.
///
/// Thread-safe.
public final class SlowRequests {
  private static final String BUSY =
      "The server has no capacity for more requests; try again later.";
  private static final String RETRY_SECONDS = "1";

  private final FairShare<OrganisationId> organisations;
  private final FairShare<String> strangers;
  private final InstantSource clock;
  private final LongAdder refused = new LongAdder();

  public SlowRequests(final int atOnce, final InstantSource clock) {
    final int ofStrangers = Math.max(1, atOnce / 4);
    this.organisations = new FairShare<>(Math.max(1, atOnce - ofStrangers));
    this.strangers = new FairShare<>(ofStrangers);
    this.clock = clock;
  }

  /// The place that one request holds. Belongs to the request's thread.
  public final class Place {
    private static final String STRANGER = "";

    private @Nullable OrganisationId organisation;
    private boolean isTaken;

    private boolean take(final @Nullable OrganisationId whose) {
      final long now = clock.millis();
      organisation = whose;
      isTaken =
          whose == null
              ? strangers.take(STRANGER, 1, 0, now)
              : organisations.take(whose, 1, 0, now);
      if (!isTaken) {
        refused.increment();
      }
      return isTaken;
    }

    /// It is known now whose request it is.
    ///
    /// @throws Refusal when that organisation has all its places taken
    public void belongsTo(final OrganisationId whose) {
      if (whose.equals(organisation)) {
        return;
      }
      giveBack();
      if (!take(whose)) {
        throw new Refusal(Reason.SERVER_BUSY, BUSY, Duration.ofSeconds(1));
      }
    }

    private void giveBack() {
      if (!isTaken) {
        return;
      }
      isTaken = false;
      if (organisation == null) {
        strangers.giveBack(STRANGER, 1);
      } else {
        organisations.giveBack(organisation, 1);
      }
    }
  }

  /// Runs a request on a thread of its own, or refuses it.
  ///
  /// @param whose it is; null when memory does not know
  /// @param problems the words of a refusal
  /// @param work sees to it that the request is answered, whatever goes wrong
  public void run(
      final Exchange exchange,
      final @Nullable OrganisationId whose,
      final Problems problems,
      final Consumer<Place> work) {
    final var place = new Place();
    if (!place.take(whose)) {
      exchange.answer(problems.answer(503, BUSY).with("Retry-After", RETRY_SECONDS));
      return;
    }
    final var _ =
        Thread.ofVirtual()
            .name("request")
            .start(() -> {
              try {
                work.accept(place);
              } finally {
                place.giveBack();
              }
            });
  }

  /// How many run now.
  public long running() {
    return organisations.taken() + strangers.taken();
  }

  /// How often there was no place.
  public long refused() {
    return refused.sum();
  }
}
