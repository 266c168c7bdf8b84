package dev.reveille.protocols.clearinghouse;

import dev.reveille.model.Audience;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.routing.ContentHash;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Sends;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.Handles.Handle;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.settings.EffectiveSettings;
import dev.reveille.routing.settings.SettingsCatalogue;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Takes the pushes of partners: MESSAGE with a [PushBody]. A push is a send to the one address
/// beneath its handle, with a trail like any other; it is answered 202 when it is stored.
///
/// The same id of the same partner is the same push for 72 hours, whatever it says, since a repeat
/// is sealed anew and may have another badge: it is answered 202 while the push is under way and
/// 200 with its outcome (`Push-Outcome`) afterwards, across restarts, and never pushed again.
///
/// A partner has a [PushQuota], which is said in every answer to a push that can be read
/// (`Push-Quota`). What came before is looked for first, since a repeat costs no quota; that
/// reading, and that of the handle, has a limit of its own.
///
/// Thread-safe; [#request] blocks on the disk.
public final class PushRequests {
  /// The type of a push's body.
  public static final String TYPE = "application/vnd.reveille.push+json";

  /// What became of a push that came before.
  static final String OUTCOME = "Push-Outcome";

  /// What is left of the partner's quota for the app.
  static final String QUOTA = "Push-Quota";

  /// Keys of pushes of partners begin so; the partner's domain follows.
  static final String SOURCE = Send.SOURCES + "partner:";

  private static final int LARGEST = 8_192;
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  /// Clocks that differ so much are the reason why a push seems to come too late.
  private static final Duration NOTICEABLE = Duration.ofSeconds(5);

  private static final Duration LONGEST_LIFE = Duration.ofDays(7);

  private final Handles handles;
  private final EventJournal journal;
  private final Sends sends;
  private final PushReports reports;
  private final PlatformTests tests;
  private final PushQuota quota;
  private final EffectiveSettings settings;
  private final String here;
  private final InstantSource clock;

  /// @param keys asks the push services for a test
  /// @param here the host name of this server, for diagnoses
  public PushRequests(
      final Handles handles,
      final EventJournal journal,
      final Sends sends,
      final PushReports reports,
      final PlatformKeys keys,
      final PushQuota quota,
      final EffectiveSettings settings,
      final String here,
      final InstantSource clock) {
    this.handles = handles;
    this.journal = journal;
    this.sends = sends;
    this.reports = reports;
    this.tests = new PlatformTests(keys, here);
    this.quota = quota;
    this.settings = settings;
    this.here = here;
    this.clock = clock;
  }

  /// An app's credentials were changed, so that what push services said of them is old.
  public void credentialsChanged() {
    tests.forget();
  }

  /// Works on a request whose body has this type.
  ///
  /// @param answer told once, on any thread
  public void request(final Interior.Passed passed, final Consumer<SipResponse> answer) {
    final var body = passed.request().body();
    if (body.length > LARGEST) {
      refuse(passed, DiagnosisCode.BODY_TOO_LARGE, answer, "most", String.valueOf(LARGEST));
      return;
    }
    final PushBody push;
    try {
      push = PushBody.read(body);
    } catch (final IllegalArgumentException wrong) {
      refuse(
          passed,
          DiagnosisCode.BODY_MALFORMED,
          answer,
          "fault",
          String.valueOf(wrong.getMessage()));
      return;
    }
    final var key =
        new EventKey(passed.organisation(), SOURCE + passed.sender(), push.id().toString());
    switch (push) {
      case PushBody.Test test -> tests.answer(passed, test, answer);
      case PushBody.Question _ -> {
        if (mayRead(passed, quota.ask(passed.sender()), answer)) {
          answered(passed, key, answer);
        }
      }
      case PushBody.Order order -> {
        final Consumer<SipResponse> withQuota =
            response -> answer.accept(withQuota(passed, order, response));
        if (isOff(passed, CLOCKS)) {
          refuse(
              passed, DiagnosisCode.CLOCK_DIFFERS, withQuota, "here", clock.instant().toString());
        } else if (mayRead(
            passed, quota.beforeReading(passed.sender(), isCall(order)), withQuota)) {
          ordered(passed, key, order, withQuota);
        }
      }
    }
  }

  private SipResponse withQuota(
      final Interior.Passed passed, final PushBody.Order order, final SipResponse response) {
    final var left = quota.state(passed.organisation(), passed.sender(), order.app());
    return with(response, QUOTA, left.toString());
  }

  private static SipResponse with(
      final SipResponse response, final String field, final String value) {
    return response.withHeaders(response.headers().toBuilder().add(field, value).build());
  }

  /// Whether the disk may be read for the partner's request; otherwise it is answered.
  private boolean mayRead(
      final Interior.Passed passed, final Duration wait, final Consumer<SipResponse> answer) {
    if (wait.isZero()) {
      return true;
    }
    later(passed, DiagnosisCode.QUOTA_USED, wait, answer, "of", "requests");
    return false;
  }

  private static boolean isCall(final PushBody.Order order) {
    return switch (order.push().word()) {
      case "call", "call-end" -> true;
      default -> false;
    };
  }

  /// Refuses a request that may come again.
  private void later(
      final Interior.Passed passed,
      final DiagnosisCode why,
      final Duration wait,
      final Consumer<SipResponse> answer,
      final String... details) {
    final var seconds = String.valueOf(Math.max(1, PushQuota.seconds(wait)));
    final var response = Diagnosis.of(why, here, details).answer(passed.request());
    answer.accept(with(response, SipName.RETRY_AFTER, seconds));
  }

  /// Whether the request was made by a clock that differs much (RFC 3261 section 20.17).
  private boolean isOff(final Interior.Passed passed, final Duration most) {
    final var date = passed.request().headers().first(SipName.DATE);
    if (date.isEmpty()) {
      return false;
    }
    try {
      final var made = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.get()));
      return Duration.between(made, clock.instant()).abs().compareTo(most) > 0;
    } catch (final DateTimeParseException unreadable) {
      return false;
    }
  }

  private void ordered(
      final Interior.Passed passed,
      final EventKey key,
      final PushBody.Order order,
      final Consumer<SipResponse> answer) {
    final var before = journal.find(key);
    if (before.isPresent()) {
      quota.readInVain(passed.sender());
      if (isFor(before.get(), order)) {
        answered(passed, before.get().sequence(), answer);
      } else {
        refuse(passed, DiagnosisCode.ID_USED, answer, "id", key.id());
      }
      return;
    }
    final var handle = handles.find(order.handle());
    final var fault = fault(passed, order, handle);
    if (fault.isPresent()) {
      quota.readInVain(passed.sender());
      refuse(passed, fault.get(), answer);
      return;
    }
    final var address = handle.flatMap(Handle::address).orElseThrow();
    if (isForCallsAlone(address) && !(order.push().content() instanceof PushContent.Ring)) {
      quota.readInVain(passed.sender());
      final var words = "push.kind must be ring: the handle is for calls alone";
      refuse(passed, DiagnosisCode.BODY_MALFORMED, answer, "fault", words);
      return;
    }
    final var now = clock.instant();
    if (!now.isBefore(order.deadline())) {
      quota.readInVain(passed.sender());
      tooLate(passed, now, answer);
      return;
    }
    final var wait = quota.take(passed.organisation(), passed.sender(), order.app(), isCall(order));
    if (!wait.isZero()) {
      quota.readInVain(passed.sender());
      later(passed, DiagnosisCode.QUOTA_USED, wait, answer, "app", order.app().value());
      return;
    }
    final var send = send(passed, key, order, address, now);
    sends.submit(
        send,
        new ContentHash().add(order.app().value()).add(order.handle().value()).value(),
        taken -> told(passed, order, send, taken, answer));
  }

  private void tooLate(
      final Interior.Passed passed, final Instant now, final Consumer<SipResponse> answer) {
    if (isOff(passed, NOTICEABLE)) {
      refuse(passed, DiagnosisCode.CLOCK_DIFFERS, answer, "here", now.toString());
    } else {
      answer.accept(
          SipResponse.to(passed.request(), 200)
              .add(OUTCOME, "expired " + Reason.TOO_LATE_TO_ALERT.code() + " it came too late")
              .build());
    }
  }

  /// From iOS 13 on the system ends an app that gets a VoIP push and reports no call.
  private static boolean isForCallsAlone(final PushAddress.Direct address) {
    return address.service() == PushService.APNS && address.channel() == PushChannel.VOIP;
  }

  private Optional<DiagnosisCode> fault(
      final Interior.Passed passed, final PushBody.Order order, final Optional<Handle> found) {
    if (found.isEmpty() || !found.get().owner().publisher().equals(passed.organisation())) {
      return Optional.of(DiagnosisCode.HANDLE_UNKNOWN);
    }
    final var handle = found.get();
    if (!handle.owner().partner().equals(passed.sender())) {
      return Optional.of(DiagnosisCode.HANDLE_OF_ANOTHER);
    }
    if (handle.state() == Handles.State.PENDING) {
      return Optional.of(DiagnosisCode.HANDLE_UNKNOWN);
    }
    if (!handle.isActive() || handle.address().isEmpty()) {
      return Optional.of(DiagnosisCode.HANDLE_OVER);
    }
    if (!handle.owner().app().equals(order.app())) {
      return Optional.of(DiagnosisCode.APP_DIFFERS);
    }
    return order.push().isClear() && isSealedOnly(passed, order)
        ? Optional.of(DiagnosisCode.SEALED_ONLY)
        : Optional.empty();
  }

  private boolean isSealedOnly(final Interior.Passed passed, final PushBody.Order order) {
    return settings
        .ofApp(passed.organisation(), SettingsCatalogue.PUSH_CONTENT, order.app())
        .isOn(SettingsCatalogue.SEALED_ONLY);
  }

  /// Whether a push that came before was for the same handle of the same app.
  private static boolean isFor(final StoredJob before, final PushBody.Order order) {
    return before.job() instanceof final Send send
        && send.to() instanceof Audience.Addresses(var all)
        && all.stream().allMatch(one -> one.key().equals(keyOf(before, one.address(), order)));
  }

  private static TargetKey keyOf(
      final StoredJob send, final PushAddress address, final PushBody.Order order) {
    return TargetKey.ofAddress(
        send.job().key().organisation(), order.app(), address.service(), order.handle().value());
  }

  /// A send to the one address. Of a sender that is not verified nothing is shown.
  private Send send(
      final Interior.Passed passed,
      final EventKey key,
      final PushBody.Order order,
      final PushAddress.Direct address,
      final Instant now) {
    final var latest = now.plus(LONGEST_LIFE);
    final var until = order.deadline().isBefore(latest) ? order.deadline() : latest;
    final var push = passed.verified() ? order.push() : order.push().ofUnverified();
    final var lane = isCall(order) ? Lane.URGENT : Lane.NORMAL;
    return new Send(
        key,
        new Life(until, until.isAfter(now) ? until : now),
        lane,
        now.truncatedTo(ChronoUnit.MILLIS),
        new Audience.Addresses(
            List.of(
                new Audience.Addressed(
                    TargetKey.ofAddress(
                        key.organisation(),
                        address.app(),
                        address.service(),
                        order.handle().value()),
                    address))),
        new SendContent.Relayed(
            order.fields(push, passed.request().target(), passed.request().from().uri())));
  }

  private void told(
      final Interior.Passed passed,
      final PushBody.Order order,
      final Send send,
      final Intake.Answer taken,
      final Consumer<SipResponse> answer) {
    if (!(taken instanceof Intake.Answer.Stored)) {
      quota.giveBack(passed.organisation(), passed.sender(), order.app());
    }
    switch (taken) {
      case Intake.Answer.Stored(var sequence) -> {
        reports.follow(sequence, send);
        answer.accept(SipResponse.to(passed.request(), 202).build());
      }
      case Intake.Answer.Repeat(var sequence) ->
          Thread.ofVirtual()
              .start(() -> {
                try {
                  answered(passed, sequence, answer);
                } catch (final RuntimeException unreadable) { // the store
                  refuse(passed, DiagnosisCode.INTERNAL, answer);
                }
              });
      case Intake.Answer.Conflict _, Intake.Answer.CallKnown _ ->
          refuse(passed, DiagnosisCode.ID_USED, answer, "id", send.key().id());
      case Intake.Answer.NotKept(var why, _, var retryAfter) ->
          later(passed, DiagnosisCode.OVERLOADED, retryAfter, answer, "reason", why.code());
    }
  }

  /// What became of a push that came before.
  private void answered(
      final Interior.Passed passed, final EventKey key, final Consumer<SipResponse> answer) {
    final var found = journal.find(key);
    if (found.isEmpty()) {
      refuse(passed, DiagnosisCode.PUSH_UNKNOWN, answer, "id", key.id());
    } else {
      answered(passed, found.get().sequence(), answer);
    }
  }

  private void answered(
      final Interior.Passed passed, final long sequence, final Consumer<SipResponse> answer) {
    final var outcome = SentOutcome.of(sends.targets(sequence, 0, 1));
    answer.accept(
        outcome.isEmpty()
            ? SipResponse.to(passed.request(), 202).build()
            : SipResponse.to(passed.request(), 200).add(OUTCOME, outcome.get()).build());
  }

  private void refuse(
      final Interior.Passed passed,
      final DiagnosisCode why,
      final Consumer<SipResponse> answer,
      final String... details) {
    answer.accept(Diagnosis.of(why, here, details).answer(passed.request()));
  }
}
