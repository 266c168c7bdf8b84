package dev.reveille.protocols.federation;

import dev.reveille.model.OrganisationId;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;

/// The way from this server to the domains of partners: through the access edge of this process, or
/// over a connection to one elsewhere. Thread-safe; never blocks.
public interface FederationWay {
  /// Sends a request.
  ///
  /// @param organisation whose settings hold
  /// @param domain of the receiver
  /// @param request without Via
  /// @param told once, on any thread
  void send(OrganisationId organisation, String domain, SipRequest request, Answered told);

  /// Hears what became of a request; must not block.
  interface Answered {
    /// The final answer, of a server on the way or of the receiver.
    void answered(SipResponse response);

    /// It could not be sent, or no answer came.
    ///
    /// @param mayHaveArrived whether the receiver may have worked on it
    void failed(Diagnosis why, boolean mayHaveArrived);
  }
}
