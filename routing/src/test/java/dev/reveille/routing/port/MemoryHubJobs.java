package dev.reveille.routing.port;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Jobs of hubs in memory, in the order in which they were made. Thread-safe: the object is the
/// lock.
public final class MemoryHubJobs implements HubJobs {
  private final List<Job> all = new ArrayList<>();

  private List<Job> those(final Predicate<Job> wanted) {
    return all.stream().filter(wanted).toList();
  }

  @Override
  public synchronized Optional<Job> make(final Job job, final int mostUnderWay) {
    HubRegistrations.organisation(job.hub());
    final var before = find(job.hub(), job.id());
    if (before.isPresent()) {
      return before;
    }
    if (those(each -> each.hub().equals(job.hub()) && each.isUnderWay()).size() >= mostUnderWay) {
      return Optional.empty();
    }
    final var ended = those(each -> each.hub().equals(job.hub()) && !each.isUnderWay());
    if (ended.size() > MOST_ENDED) {
      all.removeAll(ended.subList(0, ended.size() - MOST_ENDED));
    }
    all.add(job);
    return Optional.of(job);
  }

  @Override
  public synchronized boolean change(final Job job) {
    for (int i = 0; i < all.size(); i++) {
      final var before = all.get(i);
      if (before.hub().equals(job.hub()) && before.id().equals(job.id())) {
        all.set(i, before.with(job.progress(), job.isUnderWay(), job.changedAt()));
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized Optional<Job> find(final String hub, final String id) {
    return those(each -> each.hub().equals(hub) && each.id().equals(id)).stream().findFirst();
  }

  @Override
  public synchronized List<Job> of(final String hub) {
    return those(each -> each.hub().equals(hub)).reversed();
  }

  @Override
  public synchronized List<Job> underWay() {
    return those(Job::isUnderWay);
  }

  @Override
  public synchronized void removeHub(final String hub) {
    all.removeIf(each -> each.hub().equals(hub));
  }

  @Override
  public synchronized int removeEnded(final Instant before, final int most) {
    final var gone =
        those(each -> !each.isUnderWay() && each.changedAt().isBefore(before)).stream()
            .limit(most)
            .toList();
    all.removeAll(gone);
    return gone.size();
  }
}
