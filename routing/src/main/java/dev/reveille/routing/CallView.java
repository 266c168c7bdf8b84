package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The state of one call, computed from its events: whether it rings, until when, who declined, how
/// it ended. Immutable. A phone that connects is told this state; the ring itself is never
/// repeated.
///
/// @param sequence of the event that began it
/// @param ringsUntil its ringing ends then at the latest
/// @param declinedBy recipients who declined so far
/// @param end empty while it rings
public record CallView(
    OrganisationId organisation,
    CallId call,
    long sequence,
    List<UserId> recipients,
    Instant ringsUntil,
    List<UserId> declinedBy,
    Optional<CallEnd> end) {
  public CallView {
    recipients = List.copyOf(recipients);
    declinedBy = List.copyOf(declinedBy);
  }

  public boolean isRinging() {
    return end.isEmpty();
  }

  CallView ringsUntil(final Instant until) {
    return new CallView(organisation, call, sequence, recipients, until, declinedBy, end);
  }

  CallView endedBy(final CallEnd how) {
    return new CallView(
        organisation, call, sequence, recipients, ringsUntil, declinedBy, Optional.of(how));
  }

  CallView declinedToo(final List<UserId> users) {
    final var declined = new ArrayList<>(declinedBy);
    declined.addAll(users);
    return new CallView(organisation, call, sequence, recipients, ringsUntil, declined, end);
  }
}
