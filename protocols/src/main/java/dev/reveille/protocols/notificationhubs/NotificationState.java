package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Audience;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.routing.Sends;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Translates the progress of a send and the outcomes of its targets into the terms of Azure
/// Notification Hubs.
final class NotificationState {
  private static final String SUCCESS = "Success";

  /// So the name of a send ended that came in Google's old format, and its content did not say so
  /// yet.
  private static final String OLD_FORMAT = ".gcm";

  private final Sends sends;

  NotificationState(final Sends sends) {
    this.sends = sends;
  }

  NotificationDetails details(final StoredJob stored, final String id, final String url) {
    final var send = (Send) stored.job();
    final var progress = sends.progress(stored.sequence());
    final var which = send.to() instanceof Audience.Registered(_, var text, _) ? text : "";
    final var platform = platform(send, which);
    final Map<HubPlatform, Map<String, Long>> counts = new EnumMap<>(HubPlatform.class);
    for (final var one : sends.settled(stored.sequence())) {
      platform
          .or(() -> platform(one.service()))
          .ifPresent(its ->
              counts
                  .computeIfAbsent(its, _ -> new TreeMap<>())
                  .merge(name(one.outcome(), one.why()), one.count(), Long::sum));
    }
    final boolean isScheduled = send.notBefore().isAfter(stored.at());
    final var left = sends.remainder(stored.sequence());
    final var state =
        progress
            .map(known -> state(send, isScheduled, known, left))
            .orElse(NotificationDetails.State.UNKNOWN);
    final var started =
        progress
            .filter(known ->
                known.maybeBegun() > 0
                    || known.reached() > 0
                    || state == NotificationDetails.State.NO_TARGET_FOUND)
            .map(_ -> isScheduled ? send.notBefore() : stored.at());
    return new NotificationDetails(
        id,
        url,
        state,
        Optional.of(stored.at()),
        started,
        ended(state, started, left),
        body(send),
        SendSelection.tags(which),
        List.copyOf(counts.keySet()),
        counts,
        "");
  }

  private static String body(final Send send) {
    final byte[] bytes =
        switch (send.what()) {
          case SendContent.Native given -> given.body().toArray();
          case SendContent.Template(var properties) ->
              JsonOut.object(out -> properties.forEach(out::text));
          case SendContent.Neutral _, SendContent.Relayed _ ->
              new byte[0]; // deleted, as what lay far ahead is
        };
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The platform under which targets are counted when a send has those of many.
  ///
  /// @param counted the word of a push service, or of one of its forms
  private static Optional<HubPlatform> platform(final String counted) {
    return Arrays.stream(HubPlatform.values())
        .filter(one -> HubTargets.format(one).equals(counted) && !counted.isEmpty())
        .findFirst()
        .or(() ->
            Arrays.stream(PushService.values())
                .filter(one -> one != PushService.HUB && one.word().equals(counted))
                .map(one -> HubTargets.platform(one, ""))
                .findFirst());
  }

  private static Optional<HubPlatform> platform(final Send send, final String which) {
    final var named = which.isEmpty() ? "" : which.split(" ", 2)[0];
    return named.isEmpty()
        ? send.what() instanceof final SendContent.Native given
            ? Optional.of(
                send.key().id().endsWith(OLD_FORMAT)
                    ? HubPlatform.GCM
                    : HubTargets.platform(given.service(), given.format()))
            : Optional.empty()
        : HubPlatform.ofFormat(named);
  }

  /// When the last of its targets was settled.
  private static Optional<Instant> ended(
      final NotificationDetails.State state,
      final Optional<Instant> started,
      final SendLog.Remainder left) {
    return switch (state) {
      case COMPLETED, CANCELED, ABANDONED -> left.lastSettled();
      case NO_TARGET_FOUND -> started;
      case ENQUEUED, PROCESSING, SCHEDULED, UNKNOWN -> Optional.empty();
    };
  }

  /// One whose targets wait for their push service is under way, though none is begun any more.
  private static NotificationDetails.State state(
      final Send send,
      final boolean isScheduled,
      final Progress progress,
      final SendLog.Remainder left) {
    return switch (progress.state()) {
      case SCHEDULED -> NotificationDetails.State.SCHEDULED;
      case CANCELLED -> NotificationDetails.State.CANCELED;
      case GIVEN_UP -> NotificationDetails.State.ABANDONED;
      case GOES_ON ->
          progress.reached() == 0 && progress.maybeBegun() == 0 && progress.settled() == 0
              ? isScheduled // which is noted a moment after it was accepted
                  ? NotificationDetails.State.SCHEDULED
                  : NotificationDetails.State.ENQUEUED
              : NotificationDetails.State.PROCESSING;
      case OVER -> {
        if (progress.reached() == 0) {
          yield NotificationDetails.State.NO_TARGET_FOUND;
        }
        final boolean isWhole =
            left.waiting() == 0
                && (!(send.to() instanceof Audience.Addresses(var all))
                    || progress.settled() >= all.size());
        yield isWhole ? NotificationDetails.State.COMPLETED : NotificationDetails.State.PROCESSING;
      }
    };
  }

  /// The name under which the service counts an end.
  ///
  /// @param code of the reason; "" when it is not known
  static String name(final String outcome, final String code) {
    if (outcome.equals(Outcome.HANDED_OVER.word()) || outcome.equals(Outcome.ACKNOWLEDGED.word())) {
      return SUCCESS;
    }
    return Reason.ofCode(code).map(NotificationState::name).orElse("PnsError");
  }

  private static String name(final Reason why) {
    return switch (why) {
      case TOKEN_RETIRED -> "ExpiredChannel";
      case TOKEN_BAD, TOKEN_NOT_USABLE, ADDRESS_FORBIDDEN -> "BadChannel";
      case TOKEN_WRONG_TOPIC -> "WrongChannel";
      case CREDENTIALS_REFUSED,
          CREDENTIALS_EXPIRED,
          NOT_CONFIGURED,
          NO_BUNDLE_ID,
          TOPIC_REFUSED,
          CERTIFICATE_UNFIT ->
          "InvalidCredentials";
      case BAD_REQUEST, TEMPLATE_UNFIT -> "InvalidNotificationFormat";
      case PAYLOAD_TOO_LARGE -> "InvalidNotificationSize";
      case DEVICE_THROTTLED, SERVICE_THROTTLED -> "Throttled";
      case NOT_SHOWN, PUSH_SWITCHED_OFF -> "Dropped";
      default -> "PnsError"; // the service does not name more
    };
  }

  /// What a test tells of each target that it reached.
  ///
  /// @param entry answers the id of the registration or installation of a target
  NotificationOutcome outcome(
      final Map<TargetKey, Target> targets,
      final List<Sends.TargetStory> stories,
      final Function<Target, String> entry) {
    final var results = new ArrayList<NotificationOutcome.Result>();
    long success = 0;
    for (final var one : targets.entrySet()) {
      final var story =
          stories.stream().filter(each -> each.target().equals(one.getKey())).findFirst();
      final var words = story.map(NotificationState::words).orElse("waits for its turn");
      final boolean taken =
          story.filter(Sends.TargetStory::settled).map(NotificationState::isTaken).orElse(false);
      success += taken ? 1 : 0;
      results.add(
          new NotificationOutcome.Result(
              HubTargets.platform(one.getValue()),
              one.getValue().address().token().value(),
              entry.apply(one.getValue()),
              words));
    }
    return new NotificationOutcome(success, results.size() - success, results);
  }

  private static boolean isTaken(final Sends.TargetStory story) {
    final var last = story.tries().getLast();
    return name(last.outcome(), last.why().code()).equals(SUCCESS);
  }

  private static String words(final Sends.TargetStory story) {
    if (story.tries().isEmpty()) {
      return "nothing is known";
    }
    final var last = story.tries().getLast();
    return isTaken(story)
        ? "The Notification was successfully sent to the Push Notification System"
        : name(last.outcome(), last.why().code())
            + ": "
            + last.why().sentence()
            + (last.detail().isEmpty() ? "" : " (" + last.detail() + ")");
  }
}
