package dev.reveille.protocols.clearinghouse;

import dev.reveille.http.client.Backoff;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.FederationWay;
import dev.reveille.routing.Sends;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OpenReports.Open;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to partners what became of their pushes: MESSAGE with the id, the reference that the
/// push brought, the outcome, the moment and the lines of the trail, signed (Ed25519), until the
/// partner answers or a day is over. A token that is dead ends its handle.
///
/// What is open is on disk ([OpenReports]) and is taken up by the next start. Of a partner
/// [#MOST_OF_PARTNER] are followed, of all [#MOST]; what is more is answered when the partner asks.
/// Thread-safe.
public final class PushReports implements AutoCloseable {
  /// The type of a report's body.
  public static final String TYPE = "application/vnd.reveille.push-report+json";

  private static final Logger LOG = LoggerFactory.getLogger(PushReports.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration ANSWER = Duration.ofSeconds(40);
  private static final Duration BEYOND_ITS_LIFE = Duration.ofSeconds(30);
  private static final Set<Reason> DEAD = Set.of(Reason.TOKEN_RETIRED);

  /// What partners answer when a report need not come again.
  private static final Set<Integer> ENDS = Set.of(200, 202, 400, 403, 410);

  /// Reports of one partner that wait.
  private static final int MOST_OF_PARTNER = 2_000;

  /// Reports of all partners that wait.
  private static final int MOST = 50_000;

  /// Sequences of the journal before its end that a start looks through for pushes of which it was
  /// not written down yet that they are open: many times what half a second brings.
  private static final int LOOKED_THROUGH = 50_000;

  private static final int PAGE = 1_000;

  private final Sends sends;
  private final EventJournal journal;
  private final Handles handles;
  private final OpenReports kept;
  private final FederationWay way;
  private final ReportSigner signer;
  private final InstantSource clock;
  private final ReportLedger ledger;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, AtomicInteger> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger waitingOfAll = new AtomicInteger();
  private final LongAdder reported = new LongAdder();
  private final LongAdder unanswered = new LongAdder();

  /// @param signer signs each report
  public PushReports(
      final Sends sends,
      final EventJournal journal,
      final Handles handles,
      final OpenReports kept,
      final FederationWay way,
      final ReportSigner signer,
      final InstantSource clock) {
    this.sends = sends;
    this.journal = journal;
    this.handles = handles;
    this.kept = kept;
    this.way = way;
    this.signer = signer;
    this.clock = clock;
    this.ledger = new ReportLedger(kept);
  }

  // ---- what the last run left -----------------------------------------------------------------

  /// Takes up what the last run did not report. Called once, before the first push is taken; does
  /// not block.
  public void resume() {
    final long last = journal.lastSequence();
    ledger.start();
    execute(() -> {
      try {
        takeUp(last);
        ledger.complete(last);
      } catch (final RuntimeException unreadable) { // the partners ask; the next start tries again
        LOG.error("what the last run did not report cannot be read", unreadable);
      }
    });
  }

  private void takeUp(final long last) {
    final var known = new HashSet<Long>();
    long after = 0;
    while (true) {
      final var page = kept.list(after, PAGE);
      for (final var open : page) {
        after = open.send();
        if (open.send() <= last && known.add(open.send())) {
          ledger.isKept(open.send());
          takeUpOne(open.send());
        }
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    final long upTo = kept.upTo();
    if (upTo == OpenReports.NONE) {
      return; // a version wrote the store that kept nothing of this
    }
    for (long send = Math.max(upTo, last - LOOKED_THROUGH) + 1; send <= last; send++) {
      if (!known.contains(send)) {
        takeUpOne(send);
      }
    }
  }

  private void takeUpOne(final long send) {
    try {
      takeUp(send, journal.find(send));
    } catch (
        final RuntimeException unreadable) { // one must not keep the others from being reported
      LOG.error("whether {} has to be reported cannot be read; its partner asks", send, unreadable);
    }
  }

  private void takeUp(final long send, final Optional<StoredJob> stored) {
    final var push =
        stored
            .filter(one -> !one.isEvent())
            .flatMap(one -> FollowedPush.of(send, (Send) one.job()))
            .filter(one -> clock.instant().isBefore(one.until().plus(LONGEST)));
    if (push.isPresent()) {
      follow(push.get());
    } else {
      ledger.closed(send);
    }
  }

  // ---- following ------------------------------------------------------------------------------

  /// Reports a push when it is settled, unless too many wait: then the partner asks. Never blocks.
  ///
  /// @param sequence of the push, which is stored; they come in their order
  void follow(final long sequence, final Send push) {
    FollowedPush.of(sequence, push).ifPresentOrElse(this::follow, () -> ledger.passed(sequence));
  }

  private void follow(final FollowedPush one) {
    final var whose = one.organisation() + " " + one.partner();
    final var open = waiting.computeIfAbsent(whose, _ -> new AtomicInteger());
    final Runnable ended =
        () -> {
          open.decrementAndGet();
          waitingOfAll.decrementAndGet();
        };
    if (open.incrementAndGet() > MOST_OF_PARTNER | waitingOfAll.incrementAndGet() > MOST) {
      ended.run();
      ledger.passed(one.send());
      ledger.closed(one.send());
      return;
    }
    ledger.opened(new Open(one.send(), one.organisation()));
    final boolean isOut =
        execute(() -> {
          try {
            reportOrGiveUp(one);
            ledger.closed(one.send());
          } catch (final InterruptedException _) { // the next start takes it up
            Thread.currentThread().interrupt();
          } finally {
            ended.run();
          }
        });
    if (!isOut) {
      ended.run();
    }
  }

  /// @return false when the server stops
  private boolean execute(final Runnable work) {
    try {
      threads.execute(work);
      return true;
    } catch (final RejectedExecutionException closed) {
      return false;
    }
  }

  /// Reports; after a fault, such as of a full disk, once more, until a day is over.
  private void reportOrGiveUp(final FollowedPush one) throws InterruptedException {
    final var end = one.until().plus(LONGEST);
    for (int failed = 1; ; failed++) {
      try {
        if (report(one) || clock.instant().isAfter(end)) {
          return;
        }
      } catch (final RuntimeException fault) {
        LOG.error("the push {} of {} could not be reported", one.id(), one.partner(), fault);
        if (clock.instant().isAfter(end)) {
          return;
        }
      }
      TimeUnit.NANOSECONDS.sleep(Backoff.nanos(failed, FIRST_PAUSE, LONGEST_PAUSE));
    }
  }

  /// @return whether it is reported, or can be no more
  private boolean report(final FollowedPush one) throws InterruptedException {
    final var left = Duration.between(clock.instant(), one.until()).plus(BEYOND_ITS_LIFE);
    // after a start the end of a push whose time is over is written a moment later
    final var patience = left.compareTo(BEYOND_ITS_LIFE) < 0 ? BEYOND_ITS_LIFE : left;
    final var stories = sends.awaitTargets(one.send(), 1, 1, patience);
    final var last = SentOutcome.last(stories);
    if (last.isEmpty()) {
      return false;
    }
    if (last.get().outcome().equals("refused") && DEAD.contains(last.get().why())) {
      final var _ = handles.dead(one.handle(), one.address(), last.get().why(), last.get().at());
    }
    final byte[] body =
        ReportBody.of(
            one, SentOutcome.of(last.get()), last.get().at(), SentOutcome.lines(stories), signer);
    until(last.get().at().plus(LONGEST), () -> sent(one, body));
    return true;
  }

  private void until(final Instant end, final Sending trying) throws InterruptedException {
    for (int failed = 1; clock.instant().isBefore(end); failed++) {
      if (trying.isTaken()) {
        reported.increment();
        return;
      }
      TimeUnit.NANOSECONDS.sleep(Backoff.nanos(failed, FIRST_PAUSE, LONGEST_PAUSE));
    }
    unanswered.increment();
  }

  /// One try.
  @FunctionalInterface
  private interface Sending {
    boolean isTaken() throws InterruptedException;
  }

  /// Whether the partner answered that it took the report, or that it never will.
  private boolean sent(final FollowedPush one, final byte[] body) throws InterruptedException {
    final var answered = new CompletableFuture<Boolean>();
    way.send(
        one.organisation(),
        one.partner(),
        message(one, body),
        new FederationWay.Answered() {
          @Override
          public void answered(final SipResponse response) {
            answered.complete(ENDS.contains(response.status()));
          }

          @Override
          public void failed(final Diagnosis why, final boolean mayHaveArrived) {
            answered.complete(false);
          }
        });
    try {
      return answered.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final ExecutionException | TimeoutException _) {
      return false;
    }
  }

  private static SipRequest message(final FollowedPush one, final byte[] body) {
    final var id = UUID.randomUUID().toString();
    return SipRequest.builder(SipMethod.MESSAGE, one.to().toString())
        .from(
            NameAddress.of(SipUri.of(one.from().user(), one.from().host()))
                .withParameter("tag", id.substring(0, 8)))
        .to(NameAddress.of(one.to()))
        .callId(id + "@" + one.from().host())
        .cseq(1)
        .add(SipName.MAX_FORWARDS, "70")
        .body(TYPE, body)
        .build();
  }

  /// How many reports were answered.
  public long reported() {
    return reported.sum();
  }

  /// How many no partner answered within a day.
  public long unanswered() {
    return unanswered.sum();
  }

  /// Keeps what is open.
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      final var _ = threads.awaitTermination(10, TimeUnit.SECONDS); // each ends at once
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    ledger.close();
  }
}
