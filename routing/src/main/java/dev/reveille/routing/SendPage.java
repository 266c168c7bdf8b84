package dev.reveille.routing;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences.Numbered;
import dev.reveille.routing.port.Rendered;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A page of a send's targets, in memory from when it was read until nothing more is under way for
/// any of them.
///
/// Belongs to the dispatcher's thread, but for [#isWanted].
final class SendPage {
  final SendJob job;
  final List<Numbered> targets;
  final long upTo;

  /// Targets up to this one may have been told by a former run.
  final long mayBeTold;

  /// It is on disk that it begins.
  boolean mayLeave;

  /// The first that was not begun.
  int next;

  int left;

  /// How many belong to another service than the send.
  int ofAnotherService;

  private final Consumer<SendJob> oneEnded;

  /// What targets are told that have a template of their own: one object for equal ones.
  private final Map<Rendered, SendWords> own;

  /// What the trail says of pushes that a former run sent to them.
  private final Map<TargetKey, PushHistory> tried;

  /// @param oneEnded told when nothing more is under way for one of its targets
  /// @param own what those are told that have a template of their own, by what was made of it
  /// @param tried what the trail says of those that may have been told by a former run
  SendPage(
      final Consumer<SendJob> oneEnded,
      final SendJob job,
      final List<Numbered> targets,
      final Map<Rendered, SendWords> own,
      final Map<TargetKey, PushHistory> tried,
      final boolean isFirst) {
    this.oneEnded = oneEnded;
    this.job = job;
    this.targets = targets;
    this.own = own;
    this.tried = tried;
    this.upTo = targets.getLast().number();
    this.mayBeTold = isFirst && job.firstMayBeTold ? upTo : job.mayBeTold;
    this.left = targets.size();
  }

  int size() {
    return targets.size();
  }

  SendWords words(final Numbered target) {
    return target.own().map(own::get).orElse(job.words);
  }

  PushHistory tried(final Numbered target) {
    return tried.getOrDefault(target.to().key(), PushHistory.NOTHING_KNOWN);
  }

  boolean isWanted() {
    return !job.cancelled;
  }

  /// Nothing more is under way for one of its targets: it is settled, or waits as a row.
  void ended() {
    job.underWay--;
    left--;
    oneEnded.accept(job);
  }
}
