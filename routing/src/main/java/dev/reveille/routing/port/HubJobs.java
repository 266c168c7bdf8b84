package dev.reveille.routing.port;

import dev.reveille.model.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What hubs were asked to export and to import, and how far each of it is.
///
/// A hub is named as in [HubRegistrations]; its jobs belong to its organisation and go with it. An
/// order holds addresses that let their holder read and write there: it is encrypted at rest by the
/// master key, bound to its job, and stands in no log and no audit log.
///
/// Thread-safe; methods touch the disk, and a change is durable when it returns.
public interface HubJobs {
  /// So long a job is kept after it ended; [#removeEnded] removes it.
  Duration KEPT = Duration.ofDays(30);

  /// So many jobs of a hub are kept that ended; a new one removes the oldest beyond them.
  int MOST_ENDED = 100;

  /// One job.
  ///
  /// @param id unique within its hub
  /// @param madeAt to the millisecond
  /// @param changedAt when its progress was written, to the millisecond
  /// @param isUnderWay whether something is left to do
  /// @param order what is asked, as its protocol reads and writes it; never changes
  /// @param progress as its protocol reads and writes it; holds no secret
  record Job(
      String hub,
      String id,
      Instant madeAt,
      Instant changedAt,
      boolean isUnderWay,
      Bytes order,
      Bytes progress) {
    /// The same, further on.
    public Job with(final Bytes further, final boolean underWay, final Instant now) {
      return new Job(hub, id, madeAt, now, underWay, order, further);
    }

    /// Without the order, which holds secrets.
    @Override
    public String toString() {
      return "Job[" + hub + " " + id + (isUnderWay ? " under way]" : " ended]");
    }
  }

  /// Keeps a new job, unless its hub has so many under way or has one of that id.
  ///
  /// @return the job that is kept under the id, this one or one from before; empty when there are
  ///   too many
  /// @throws Registry.Taken when the organisation was removed
  Optional<Job> make(Job job, int mostUnderWay);

  /// Writes progress, whether it is under way, and the moment.
  ///
  /// @return false when the job is not there any more; then nothing is written
  boolean change(Job job);

  Optional<Job> find(String hub, String id);

  /// The jobs of a hub, the newest first, without those that cannot be decrypted.
  List<Job> of(String hub);

  /// Those of all hubs on which something is left to do, the oldest first, without those that
  /// cannot be decrypted.
  List<Job> underWay();

  /// Removes all jobs of a hub.
  void removeHub(String hub);

  /// Removes jobs that ended before a moment.
  ///
  /// @param most so many at most
  /// @return how many; fewer than `most` when nothing is left
  int removeEnded(Instant before, int most);
}
