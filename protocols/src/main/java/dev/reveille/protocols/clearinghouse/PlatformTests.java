package dev.reveille.protocols.clearinghouse;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.clearinghouse.PlatformKeys.Verdict;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.sip.message.SipResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the tests of partners, and where they ask for it with what the push services say of the
/// publisher's credentials (`Push-Platform`). The services are asked once a minute for a publisher
/// at most, however many partners test, and again after the publisher changed credentials: others
/// in that time get the same verdicts. Thread-safe.
final class PlatformTests {
  /// One field for each credential: `app=phone;service=apns;credential=default;verdict=works`.
  static final String FIELD = "Push-Platform";

  static final Duration FRESH = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(PlatformTests.class);

  /// More would not fit into an answer.
  private static final int MOST = 50;

  private final PlatformKeys keys;
  private final String here;
  private final Cache<OrganisationId, CompletableFuture<List<Verdict>>> asked;

  /// @param here the host name of this server, for diagnoses
  PlatformTests(final PlatformKeys keys, final String here) {
    this(keys, here, Ticker.systemTicker());
  }

  PlatformTests(final PlatformKeys keys, final String here, final Ticker ticker) {
    this.keys = keys;
    this.here = here;
    this.asked =
        Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(FRESH).ticker(ticker).build();
  }

  /// Answers once, on any thread.
  void answer(
      final Interior.Passed passed, final PushBody.Test test, final Consumer<SipResponse> answer) {
    if (!test.platform()) {
      answer.accept(good(passed).build());
      return;
    }
    final var ours = new CompletableFuture<List<Verdict>>();
    final var verdicts = asked.get(passed.organisation(), _ -> ours);
    verdicts.whenComplete((all, fault) ->
        answer.accept(
            fault == null
                ? answered(passed, all)
                : Diagnosis.of(DiagnosisCode.INTERNAL, here).answer(passed.request())));
    if (verdicts == ours) {
      ask(passed.organisation(), ours);
    }
  }

  /// Credentials were changed: the next test asks anew.
  void forget() {
    asked.invalidateAll();
  }

  private void ask(
      final OrganisationId publisher, final CompletableFuture<List<Verdict>> verdicts) {
    try {
      verdicts.complete(keys.tried(publisher));
    } catch (final RuntimeException fault) { // such as a store that cannot be read
      LOG.error("the credentials of {} could not be tried", publisher, fault);
      asked.invalidate(publisher);
      verdicts.completeExceptionally(new CompletionException(fault));
    }
  }

  private SipResponse answered(final Interior.Passed passed, final List<Verdict> all) {
    final var refused = all.stream().filter(one -> one.why().isPresent()).findFirst();
    final var response =
        refused.isEmpty()
            ? good(passed)
            : SipResponse.to(passed.request(), DiagnosisCode.PLATFORM_REFUSED.status());
    refused.ifPresent(one -> response.add(Diagnosis.FIELD, diagnosis(one).toString()));
    all.stream().limit(MOST).forEach(one -> response.add(FIELD, inWords(one)));
    return response.build();
  }

  private static SipResponse.Builder good(final Interior.Passed passed) {
    return SipResponse.to(passed.request(), 200).add(PushRequests.OUTCOME, "tested");
  }

  private Diagnosis diagnosis(final Verdict one) {
    return Diagnosis.of(
        DiagnosisCode.PLATFORM_REFUSED,
        here,
        "app",
        one.app().value(),
        "service",
        one.service().word(),
        "credential",
        one.credential().value(),
        "reason-code",
        one.why().map(Reason::code).orElse(""),
        "words",
        one.words());
  }

  private static String inWords(final Verdict one) {
    return "app=%s;service=%s;credential=%s;verdict=%s"
        .formatted(
            one.app().value(),
            one.service().word(),
            one.credential().value(),
            one.why().map(Reason::code).orElse("works"));
  }
}
