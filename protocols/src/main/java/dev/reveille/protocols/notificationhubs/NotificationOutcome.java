package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.xml.XmlOut;
import java.util.List;

/// The result of a test send: every target that was selected and what became of it.
///
/// @param success how many targets took it
/// @param failure how many did not
public record NotificationOutcome(long success, long failure, List<Result> results) {
  public NotificationOutcome {
    results = List.copyOf(results);
  }

  /// The result of one target. Some clients read none of it when one text is empty.
  ///
  /// @param outcome in words
  public record Result(HubPlatform platform, String handle, String registrationId, String outcome) {
    public Result {
      if (handle.isEmpty() || registrationId.isEmpty() || outcome.isEmpty()) {
        throw new IllegalArgumentException("handle, registration id and outcome must have words");
      }
    }
  }

  /// As the service writes it.
  public byte[] xml() {
    final var xml = AtomFrame.open(new XmlOut(), "NotificationOutcome");
    xml.element("Success", Long.toString(success)).element("Failure", Long.toString(failure));
    xml.start("Results");
    for (final var result : results) {
      xml.start("RegistrationResult")
          .element("ApplicationPlatform", result.platform().format())
          .element("PnsHandle", result.handle())
          .element("RegistrationId", result.registrationId())
          .element("Outcome", result.outcome())
          .end();
    }
    return xml.bytes();
  }
}
