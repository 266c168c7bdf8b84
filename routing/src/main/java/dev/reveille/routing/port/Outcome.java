package dev.reveille.routing.port;

import java.util.Locale;

/// The result of one attempt as the trail shows it, in one word. The words are stable: scripts read
/// them, and old trails contain them.
public enum Outcome {
  ACKNOWLEDGED(
      "live, ping, push, receipt",
      "the app, or for a push the browser, says that it has it; nothing further is sent to it"),
  DECLINED("live, receipt", "the user declined on this device only"),
  LOST("live, ping", "the channel closed, or was too slow, before the frame reached the app"),
  UNACKNOWLEDGED(
      "live, ping, push", "it left, and the app or browser did not say in time that it has it"),
  HANDED_OVER("push", "the push service took it"),
  IN_TRANSIT("push", "a relay took it; what becomes of it there is reported later"),
  REFUSED("push", "the push service, or the app's settings here, refuse it for good"),
  TRY_AGAIN("push", "not now; it is tried again while it still matters"),
  UNCERTAIN("push", "it left, and no answer came back; a repeat folds on the device"),
  LEAVES(
      "push",
      "a further try is about to leave; where no later line speaks of it, the server stopped before"
          + " it knew the answer"),
  WAITS("push", "put aside without a try: the reason says for what it waits"),
  EXPIRED("push", "its time ran out before it could leave"),
  GIVEN_UP(
      "push",
      "it waited, and when its turn came nothing was to be sent any more; or it was tried as often"
          + " as its receiver is tried"),
  NOT_SENT("push", "right before it would have left, it was no longer wanted"),
  ADDRESS_DROPPED("push", "the service says that the push address is dead; it was removed"),
  ADDRESS_KEPT("push", "the same, but the app had registered the address again meanwhile");

  private final String word;
  private final String ways;
  private final String meaning;

  Outcome(final String ways, final String meaning) {
    this.word = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.ways = ways;
    this.meaning = meaning;
  }

  public String word() {
    return word;
  }

  /// The ways of which it is said.
  public String ways() {
    return ways;
  }

  public String meaning() {
    return meaning;
  }
}
