package dev.reveille.routing;

import dev.reveille.routing.port.Audiences.Numbered;
import dev.reveille.routing.port.Rendered;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Some targets of a send, in memory from when they are read until nothing more is under way for
/// them.
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

  /// What targets are told that have the same template.
  private final Map<Rendered, SendWords> own = new IdentityHashMap<>();

  /// @param oneEnded told when nothing more is under way for one of its targets
  SendPage(
      final Consumer<SendJob> oneEnded,
      final SendJob job,
      final List<Numbered> targets,
      final boolean isFirst) {
    this.oneEnded = oneEnded;
    this.job = job;
    this.targets = targets;
    this.upTo = targets.getLast().number();
    this.mayBeTold = isFirst && job.firstMayBeTold ? upTo : job.mayBeTold;
    this.left = targets.size();
  }

  int size() {
    return targets.size();
  }

  SendWords words(final Numbered target) {
    return target.own().map(its -> own.computeIfAbsent(its, job::words)).orElse(job.words);
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
