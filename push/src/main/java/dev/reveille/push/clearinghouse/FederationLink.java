package dev.reveille.push.clearinghouse;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender.Question;
import dev.reveille.sip.message.SipRequest;
import java.time.Duration;
import java.util.Optional;

/// What the sender to clearing houses needs of the server around it: which settings hold for a
/// push, and the way to partners. Thread-safe; [#path] may read the disk, [#send] never blocks.
public interface FederationLink {
  /// What the settings say of a push.
  sealed interface Path {
    /// It may go.
    ///
    /// @param organisation of the user
    /// @param from the organisation's domain, for which its edge's certificate speaks
    /// @param to the URI of the clearing house, such as `sip:push@push.example`
    record Open(OrganisationId organisation, String from, String to) implements Path {}

    /// A setting stops it, until that is changed.
    ///
    /// @param words what the setting is
    record Closed(Reason why, String words) implements Path {}
  }

  Path path(Push push);

  Path path(Question question);

  /// @param domain of the clearing house
  /// @param app that the request is about
  /// @param told once, on any thread
  void send(OrganisationId organisation, String domain, AppId app, SipRequest request, Told told);

  /// Hears what became of a request; must not block.
  interface Told {
    void answered(Answer answer);

    /// @param words which server found it and what it is
    /// @param isSetting whether the cause is a setting, a certificate or a DNS record, which stays
    ///   until it is changed
    /// @param mayHaveArrived whether the clearing house may have it
    void failed(String words, boolean isSetting, boolean mayHaveArrived);
  }

  /// The final answer of a server on the way or of the clearing house.
  ///
  /// @param words the phrase, or the diagnosis where there is one
  /// @param retryAfter when to come back
  /// @param outcome what became of a push that the clearing house had before, as [PushOutcomes] has
  ///   it
  record Answer(
      int status, String words, Optional<Duration> retryAfter, Optional<String> outcome) {}
}
