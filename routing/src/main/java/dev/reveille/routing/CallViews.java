package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import java.util.List;
import java.util.Optional;

/// Computes the [CallView] of a call from its events, which are applied in the journal's order.
/// Pure functions.
final class CallViews {
  private CallViews() {}

  static CallView viewOf(final long sequence, final IncomingCall call) {
    return new CallView(
        call.key().organisation(),
        call.call(),
        sequence,
        call.recipients(),
        call.life().alertBefore(),
        List.of(),
        Optional.empty());
  }

  /// A decline of one of many leaves it ringing for the others; any other end ends it, once.
  static CallView after(final CallView view, final CallEnded ended) {
    if (ended.isEarly()) { // the call was faster after all
      return view.isRinging() ? afterEarly(view, ended.how()) : view;
    }
    final boolean forOne =
        ended.how() instanceof CallEnd.Declined
            && ended.recipients().size() < view.recipients().size();
    if (!view.isRinging()) {
      return view;
    }
    if (!forOne) {
      return view.endedBy(ended.how());
    }
    return view.declinedBy().containsAll(ended.recipients())
        ? view
        : view.declinedToo(ended.recipients());
  }

  /// What an end makes of a call that was handed in when the call was not known. It may name a user
  /// whom the call does not concern: then it says nothing.
  static CallView afterEarly(final CallView view, final CallEnd how) {
    return switch (how) {
      case CallEnd.Declined(var by) -> {
        if (!view.recipients().contains(by) || view.declinedBy().contains(by)) {
          yield view;
        }
        yield view.declinedBy().size() + 1 == view.recipients().size()
            ? view.endedBy(how)
            : view.declinedToo(List.of(by));
      }
      case CallEnd.Answered(var by, _) -> view.recipients().contains(by) ? view.endedBy(how) : view;
      case CallEnd.Cancelled _, CallEnd.TimedOut _, CallEnd.AnsweredElsewhere _ ->
          view.endedBy(how);
    };
  }
}
