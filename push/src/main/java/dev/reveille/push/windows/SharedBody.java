package dev.reveille.push.windows;

import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;

/// The body of a push and what it was made of. A fan-out says the same to many: the body that was
/// made last serves the next push when that [says the same][#serves].
///
/// @param expires of the push, in epoch seconds
/// @param form in which the service gets it
/// @param <F> the service's forms
public record SharedBody<F>(
    PushContent.Ours content,
    NotificationStyle style,
    Seal seal,
    long expires,
    F form,
    PayloadFitter.Fitted fitted) {
  public static <F> SharedBody<F> of(
      final Push push,
      final PushContent.Ours content,
      final F form,
      final PayloadFitter.Fitted fitted) {
    return new SharedBody<>(
        content, push.style(), push.seal(), push.deadline().getEpochSecond(), form, fitted);
  }

  /// Whether it is what the push says as well.
  ///
  /// @param its the push's content
  public boolean serves(final Push push, final PushContent.Ours its) {
    return content == its
        && style == push.style()
        && seal == push.seal()
        && expires == push.deadline().getEpochSecond();
  }
}
