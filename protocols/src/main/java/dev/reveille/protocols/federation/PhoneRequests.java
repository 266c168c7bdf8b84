package dev.reveille.protocols.federation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.http.routes.TokenBucket;
import dev.reveille.http.routes.TokenBucket.Rate;
import dev.reveille.http.server.Subnet;
import dev.reveille.model.OrganisationId;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.transport.SipConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/// What the edge does with requests of peers that show no certificate: REGISTER for a domain of
/// ours goes to the home of the domain, and everything else is refused, whatever From says.
///
/// Bounded per address and connection, and over all of them, so that strangers leave room for
/// partners on the connection to the home. Thread-safe; may read the disk.
final class PhoneRequests {
  private static final int MOST_ADDRESSES = 100_000;
  private static final int MOST_OPEN = 200;

  /// An office behind one address: two requests a second, and sixty at once.
  private static final Rate OF_ADDRESS = Rate.perSecond(2, 60);

  /// A phone asks, is challenged, and asks again.
  private static final Rate OF_CONNECTION = Rate.perSecond(1, 10);

  private final String here;
  private final EffectiveSettings settings;
  private final Function<String, Optional<OrganisationId>> owners;
  private final Forwarding forwarding;
  private final BiConsumer<Interior.Registration, Consumer<SipResponse>> inward;
  private final Semaphore open = new Semaphore(MOST_OPEN);
  private final Cache<String, TokenBucket> byAddress =
      Caffeine.newBuilder()
          .maximumSize(MOST_ADDRESSES)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();
  private final Cache<SipConnection, TokenBucket> byConnection =
      Caffeine.newBuilder().weakKeys().build();

  /// @param here the host name of this server, for diagnoses
  /// @param owners which organisation a domain belongs to
  /// @param inward passes a REGISTER on to the home, which answers once
  PhoneRequests(
      final String here,
      final EffectiveSettings settings,
      final Function<String, Optional<OrganisationId>> owners,
      final Forwarding forwarding,
      final BiConsumer<Interior.Registration, Consumer<SipResponse>> inward) {
    this.here = here;
    this.settings = settings;
    this.owners = owners;
    this.forwarding = forwarding;
    this.inward = inward;
  }

  void handle(
      final SipConnection connection,
      final SipRequest request,
      final Consumer<SipResponse> answer) {
    if (!request.is(SipMethod.REGISTER)) {
      answer.accept(
          Diagnosis.of(DiagnosisCode.NO_CERTIFICATE, here, "method", request.method())
              .answer(request));
      return;
    }
    final var address = address(connection);
    final long wait = waitNanos(connection, address);
    if (wait > 0) {
      answer.accept(tooMany(request, wait));
      return;
    }
    final var refusal = forwarding.refusalOfRoute(request);
    if (refusal.isPresent()) {
      answer.accept(refusal.get().answer(request));
      return;
    }
    final var domain = request.targetUri().map(uri -> PartnerRules.lower(uri.host())).orElse("");
    final var organisation = owners.apply(domain);
    if (organisation.isEmpty()) {
      answer.accept(
          Diagnosis.of(DiagnosisCode.FOREIGN_DOMAIN, here, "domain", domain).answer(request));
    } else if (!settings
        .global(organisation.get(), SettingsCatalogue.ACCESS_EDGE)
        .isOn("allow-outside-users")) {
      answer.accept(
          Diagnosis.of(DiagnosisCode.OUTSIDE_USERS_OFF, here, "domain", domain).answer(request));
    } else {
      pass(new Interior.Registration(request, organisation.get(), address), answer);
    }
  }

  private void pass(final Interior.Registration one, final Consumer<SipResponse> answer) {
    if (!open.tryAcquire()) {
      answer.accept(tooMany(one.request(), Duration.ofSeconds(1).toNanos()));
      return;
    }
    final var isOpen = new AtomicBoolean(true);
    final Runnable ended =
        () -> {
          if (isOpen.getAndSet(false)) {
            open.release();
          }
        };
    try {
      inward.accept(
          one,
          response -> {
            ended.run();
            answer.accept(response);
          });
    } catch (final RuntimeException fault) { // it is answered by the caller
      ended.run();
      throw fault;
    }
  }

  private long waitNanos(final SipConnection connection, final String address) {
    final long now = System.nanoTime();
    final long wait =
        byConnection.get(connection, _ -> new TokenBucket(OF_CONNECTION, now)).take(1, now);
    return wait > 0
        ? wait
        : byAddress.get(address, _ -> new TokenBucket(OF_ADDRESS, now)).take(1, now);
  }

  private static String address(final SipConnection connection) {
    final var remote = connection.remoteAddress();
    return remote == null ? "" : Subnet.of(remote.getAddress()).getHostAddress();
  }

  private SipResponse tooMany(final SipRequest request, final long waitNanos) {
    return Diagnosis.of(DiagnosisCode.TOO_MANY_TRIES, here)
        .answer(request, SipName.RETRY_AFTER, String.valueOf(seconds(waitNanos)));
  }

  /// Whole seconds that are not less.
  static long seconds(final long nanos) {
    return Math.max(1, Duration.ofNanos(nanos).plusMillis(999).toSeconds());
  }
}
