package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.xml.XmlOut;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The state and the counts of a notification that was accepted, as clients read them.
///
/// @param location where it can be read again, absolute
/// @param body as it was sent
/// @param tags the expression; "" for a broadcast
/// @param targetPlatforms those that targets were found on
/// @param counts how many targets have which outcome, by its name, per platform
/// @param errorDetailsUri "" when there is none
public record NotificationDetails(
    String notificationId,
    String location,
    State state,
    Optional<Instant> enqueuedAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    String body,
    String tags,
    List<HubPlatform> targetPlatforms,
    Map<HubPlatform, ? extends Map<String, Long>> counts,
    String errorDetailsUri) {
  public NotificationDetails {
    targetPlatforms = List.copyOf(targetPlatforms);
    counts = Map.copyOf(counts);
  }

  /// The words that all clients know: one of them fails on any other, `Cancelled` included.
  public enum State {
    ABANDONED("Abandoned"),
    CANCELED("Canceled"),
    COMPLETED("Completed"),
    ENQUEUED("Enqueued"),
    NO_TARGET_FOUND("NoTargetFound"),
    PROCESSING("Processing"),
    SCHEDULED("Scheduled"),
    UNKNOWN("Unknown");

    private final String word;

    State(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// The blocks in front of the address of errors and behind it: the order of a data contract that
  /// grew. `FcmOutcomeCounts`, which would come after that address, is never there: what is sent to
  /// the old service is counted as `Gcm`.
  private static final List<HubPlatform> FIRST_COUNTS =
      List.of(
          HubPlatform.APPLE,
          HubPlatform.WINDOWS_PHONE,
          HubPlatform.WINDOWS,
          HubPlatform.GCM,
          HubPlatform.ADM);

  private static final List<HubPlatform> LAST_COUNTS =
      List.of(HubPlatform.FCM_V1, HubPlatform.BAIDU, HubPlatform.BROWSER, HubPlatform.XIAOMI);

  /// As the service writes it.
  public byte[] xml() {
    final var xml = AtomFrame.open(new XmlOut(), "NotificationDetails");
    xml.elementIfAny("NotificationId", notificationId);
    xml.elementIfAny("Location", location);
    xml.element("State", state.word());
    enqueuedAt.ifPresent(at -> xml.element("EnqueueTime", AtomFrame.moment(at)));
    startedAt.ifPresent(at -> xml.element("StartTime", AtomFrame.moment(at)));
    endedAt.ifPresent(at -> xml.element("EndTime", AtomFrame.moment(at)));
    xml.elementIfAny("NotificationBody", body);
    xml.elementIfAny("Tags", tags);
    xml.elementIfAny(
        "TargetPlatforms",
        Arrays.stream(HubPlatform.values())
            .filter(targetPlatforms::contains)
            .map(HubPlatform::format)
            .collect(Collectors.joining(",")));
    FIRST_COUNTS.forEach(platform -> counts(xml, platform));
    xml.elementIfAny("PnsErrorDetailsUri", errorDetailsUri);
    LAST_COUNTS.forEach(platform -> counts(xml, platform));
    return xml.bytes();
  }

  private void counts(final XmlOut xml, final HubPlatform platform) {
    final var ofPlatform = counts.get(platform);
    if (ofPlatform == null || ofPlatform.isEmpty()) {
      return;
    }
    xml.start(word(platform) + "OutcomeCounts");
    new java.util.TreeMap<>(ofPlatform)
        .forEach((name, count) ->
            xml.start("Outcome")
                .element("Name", name)
                .element("Count", Long.toString(count))
                .end());
    xml.end();
  }

  private static String word(final HubPlatform platform) {
    return switch (platform) {
      case APPLE -> "Apns";
      case FCM_V1 -> "FcmV1";
      case GCM -> "Gcm";
      case WINDOWS -> "Wns";
      case WINDOWS_PHONE -> "Mpns";
      case BROWSER -> "Browser";
      case ADM -> "Adm";
      case BAIDU -> "Baidu";
      case XIAOMI -> "Xiaomi";
    };
  }
}
