package dev.reveille.protocols.clearinghouse;

import dev.reveille.http.client.Backoff;
import dev.reveille.model.OrganisationId;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private static final Set<Reason> DEAD = Set.of(Reason.TOKEN_RETIRED);

  private final Sends sends;
  private final Handles handles;
  private final FederationWay way;
  private final ReportSigner signer;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
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

  /// Reports a push when it is settled. Never blocks.
  ///
  /// @param send its sequence
  void follow(final long send, final PushBody.Order order, final Interior.Passed passed) {
    try {
      threads.execute(() -> report(send, order, passed));
    } catch (final RejectedExecutionException closed) {
      // it is answered when the partner asks
    }
  }

  private void report(final long send, final PushBody.Order order, final Interior.Passed passed) {
    try {
      final var life = Duration.between(clock.instant(), order.deadline()).plus(BEYOND_ITS_LIFE);
      final var stories = sends.awaitTargets(send, 1, 1, life);
      final var outcome = SentOutcome.of(stories);
      if (outcome.isEmpty()) {
        return; // the partner asks
      }
      final var last = stories.getFirst().tries().getLast();
      if (last.outcome().equals("refused") && DEAD.contains(last.why())) {
        ended(order, last.why());
      }
      final byte[] body = ReportBody.of(order, outcome.get(), last.at(), passed.sender(), signer);
      until(clock.instant().plus(LONGEST), () -> sent(passed, body));
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (final RuntimeException fault) {
      LOG.error("the push {} of {} could not be reported", order.id(), passed.sender(), fault);
    }
  }

  private void ended(final PushBody.Order order, final Reason why) {
    handles
        .find(order.handle())
        .ifPresent(handle ->
            handle
                .address()
                .ifPresent(address -> {
                  final var _ = handles.dead(handle.id(), address, why, clock.instant());
                }));
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

  /// Whether the partner answered; what it answers is its matter.
  private boolean sent(final Interior.Passed passed, final byte[] body) {
    final var answered = new CompletableFuture<Boolean>();
    way.send(
        passed.organisation(),
        passed.sender(),
        message(passed, passed.organisation(), body),
        new FederationWay.Answered() {
          @Override
          public void answered(final SipResponse response) {
            answered.complete(response.status() < 480);
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

  private static SipRequest message(
      final Interior.Passed passed, final OrganisationId organisation, final byte[] body) {
    final var request = passed.request();
    final var from = request.targetUri().orElseThrow();
    final var id = UUID.randomUUID().toString();
    return SipRequest.builder(SipMethod.MESSAGE, request.from().uri())
        .from(
            NameAddress.of(SipUri.of(from.user(), from.host()))
                .withParameter("tag", id.substring(0, 8)))
        .to(NameAddress.of(SipUri.parse(request.from().uri()).orElseThrow()))
        .callId(id + "@" + organisation.value())
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
