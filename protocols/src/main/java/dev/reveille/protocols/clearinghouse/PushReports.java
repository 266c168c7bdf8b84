package dev.reveille.protocols.clearinghouse;

import dev.reveille.http.client.Backoff;
import dev.reveille.model.HandleId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.FederationWay;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.routing.Sends;
import dev.reveille.routing.port.Handles;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.SipUri;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to partners what became of their pushes: MESSAGE with the id, the reference that the
/// push brought, the outcome and the moment, signed (Ed25519), until the partner answers or a day
/// is over. A token that is dead ends its handle.
///
/// What is open when the server stops is not reported by itself after the next start: the partner
/// asks, and is answered from the trail. Thread-safe.
public final class PushReports implements AutoCloseable {
  /// The type of a report's body.
  public static final String TYPE = "application/vnd.reveille.push-report+json";

  private static final Logger LOG = LoggerFactory.getLogger(PushReports.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration ANSWER = Duration.ofSeconds(40);
  private static final Duration BEYOND_ITS_LIFE = Duration.ofSeconds(30);
  private static final Duration LONGEST_LIFE = Duration.ofDays(7);
  private static final Set<Reason> DEAD = Set.of(Reason.TOKEN_RETIRED);

  /// What partners answer when a report need not come again.
  private static final Set<Integer> ENDS = Set.of(200, 202, 400, 403, 410);

  /// Reports of one partner that wait; what is more is answered when the partner asks.
  private static final int MOST_OF_PARTNER = 2_000;

  private final Sends sends;
  private final Handles handles;
  private final FederationWay way;
  private final ReportSigner signer;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, AtomicInteger> waiting = new ConcurrentHashMap<>();
  private final LongAdder reported = new LongAdder();
  private final LongAdder unanswered = new LongAdder();

  /// @param signer asked when the first report is signed
  public PushReports(
      final Sends sends,
      final Handles handles,
      final FederationWay way,
      final ReportSigner signer,
      final InstantSource clock) {
    this.sends = sends;
    this.handles = handles;
    this.way = way;
    this.signer = signer;
    this.clock = clock;
  }

  /// What is kept of a push until it is reported.
  ///
  /// @param send its sequence
  /// @param address to which it was pushed
  /// @param from the URI that was asked, from which the report comes
  /// @param to the URI that gets the report
  private record Followed(
      long send,
      OrganisationId organisation,
      String partner,
      UUID id,
      String reference,
      HandleId handle,
      PushAddress.Direct address,
      Instant until,
      SipUri from,
      String to) {}

  /// Reports a push when it is settled, unless too many of the partner wait: then the partner asks.
  /// Never blocks.
  ///
  /// @param send its sequence
  /// @param address to which it is pushed
  void follow(
      final long send,
      final PushBody.Order order,
      final PushAddress.Direct address,
      final Interior.Passed passed) {
    final var from = passed.request().targetUri();
    final var open = waiting.computeIfAbsent(passed.sender(), _ -> new AtomicInteger());
    if (from.isEmpty() || open.incrementAndGet() > MOST_OF_PARTNER) {
      open.decrementAndGet();
      return;
    }
    final var latest = clock.instant().plus(LONGEST_LIFE);
    final var one =
        new Followed(
            send,
            passed.organisation(),
            passed.sender(),
            order.id(),
            order.reference(),
            order.handle(),
            address,
            order.deadline().isBefore(latest) ? order.deadline() : latest,
            from.get(),
            passed.request().from().uri());
    try {
      threads.execute(() -> {
        try {
          report(one);
        } finally {
          open.decrementAndGet();
        }
      });
    } catch (final RejectedExecutionException closed) {
      open.decrementAndGet(); // it is answered when the partner asks
    }
  }

  private void report(final Followed one) {
    try {
      final var life = Duration.between(clock.instant(), one.until).plus(BEYOND_ITS_LIFE);
      final var stories = sends.awaitTargets(one.send, 1, 1, life);
      final var last = SentOutcome.last(stories);
      if (last.isEmpty()) {
        return; // the partner asks
      }
      if (last.get().outcome().equals("refused") && DEAD.contains(last.get().why())) {
        final var _ = handles.dead(one.handle, one.address, last.get().why(), last.get().at());
      }
      final byte[] body =
          ReportBody.of(
              one.id,
              one.reference,
              SentOutcome.of(last.get()),
              last.get().at(),
              one.partner,
              signer);
      until(clock.instant().plus(LONGEST), () -> sent(one, body));
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final RuntimeException fault) {
      LOG.error("the push {} of {} could not be reported", one.id, one.partner, fault);
    }
  }

  private void until(final Instant end, final Supplier<Boolean> trying)
      throws InterruptedException {
    for (int failed = 1; clock.instant().isBefore(end); failed++) {
      if (trying.get()) {
        reported.increment();
        return;
      }
      TimeUnit.NANOSECONDS.sleep(Backoff.nanos(failed, FIRST_PAUSE, LONGEST_PAUSE));
    }
    unanswered.increment();
  }

  /// Whether the partner answered that it took the report, or that it never will.
  private boolean sent(final Followed one, final byte[] body) {
    final var answered = new CompletableFuture<Boolean>();
    way.send(
        one.organisation,
        one.partner,
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
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static SipRequest message(final Followed one, final byte[] body) {
    final var id = UUID.randomUUID().toString();
    return SipRequest.builder(SipMethod.MESSAGE, one.to)
        .from(
            NameAddress.of(SipUri.of(one.from.user(), one.from.host()))
                .withParameter("tag", id.substring(0, 8)))
        .to(NameAddress.of(SipUri.parse(one.to).orElseThrow()))
        .callId(id + "@" + one.from.host())
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

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
