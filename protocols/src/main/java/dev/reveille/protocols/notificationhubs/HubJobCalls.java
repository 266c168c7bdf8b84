package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.server.Answer;
import dev.reveille.routing.port.HubJobs.Job;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Jobs that export and import the registrations of a hub, for those who may manage it. Answers
/// name containers and files without what allows to read and write there.
final class HubJobCalls {
  private static final String COLLECTION = "jobs";
  private static final int LONGEST_PROPERTIES = 4_096;
  private static final Duration LATER = Duration.ofSeconds(10);

  private final HubJobRuns runs;

  HubJobCalls(final HubJobRuns runs) {
    this.runs = runs;
  }

  /// Keeps a job before it is answered. One that a client repeats is the one that was taken before.
  Answer submit(final HubCall call) {
    final var asked = HubJob.read(call.exchange().body());
    check(asked);
    final var named = named(call);
    final var before = named.flatMap(id -> runs.find(call.hub(), id));
    if (before.filter(job -> job.order().equals(HubJobOrder.kept(asked))).isPresent()) {
      return made(call, before.get());
    }
    final var id =
        named.filter(_ -> before.isEmpty()).orElseGet(() -> UUID.randomUUID().toString());
    try {
      return runs.take(call.hub(), id, asked)
          .map(job -> made(call, job))
          .orElseThrow(HubJobCalls::tooMany);
    } catch (final PublicUrl.Refused refused) {
      throw HubRefused.malformed("OutputContainerUri or ImportFileUri: " + refused.getMessage());
    }
  }

  private static HubRefused tooMany() {
    return new HubRefused(
        HubProblem.of(
            429,
            "the hub has "
                + HubJobRuns.MOST_UNDER_WAY
                + " jobs under way; ask again when one has ended"),
        LATER);
  }

  private static void check(final HubJob asked) {
    int length = 0;
    for (final var each : asked.inputProperties().entrySet()) {
      length += each.getKey().length() + each.getValue().length();
    }
    if (length > LONGEST_PROPERTIES) {
      throw HubRefused.malformed(
          "InputProperties: must have at most " + LONGEST_PROPERTIES + " characters together");
    }
  }

  /// The id of a job that its client gave a name: the same for a repeat.
  private static Optional<String> named(final HubCall call) {
    for (final var header : List.of("TrackingId", "x-ms-client-request-id")) {
      final var name = call.header(header);
      if (HubApi.namesRequest(name)) {
        final var whole = call.hub().key() + " " + header + " " + name;
        return Optional.of(
            UUID.nameUUIDFromBytes(whole.getBytes(StandardCharsets.UTF_8)).toString());
      }
    }
    return Optional.empty();
  }

  private static Answer made(final HubCall call, final Job job) {
    return Answer.of(
        201,
        RegistrationCalls.ATOM_ENTRY,
        shown(call.hub(), job).entry(item(call, job)),
        "Location",
        call.url(COLLECTION, job.id()));
  }

  Answer show(final HubCall call) {
    final var job =
        runs.find(call.hub(), call.name())
            .orElseThrow(() ->
                new HubRefused(new HubProblem(404, 40_400, "there is no job " + call.name())));
    return Answer.of(
        200, RegistrationCalls.ATOM_ENTRY, shown(call.hub(), job).entry(item(call, job)));
  }

  Answer list(final HubCall call) {
    final var all = runs.of(call.hub());
    final var items = new ArrayList<Map.Entry<AtomItem, HubJob>>();
    all.forEach(job -> items.add(Map.entry(item(call, job), shown(call.hub(), job))));
    final var changed = all.isEmpty() ? call.hub().madeAt() : all.getFirst().changedAt();
    return Answer.of(
        200,
        RegistrationCalls.ATOM_FEED,
        HubJob.feed(new AtomItem(call.base() + "/" + COLLECTION, COLLECTION, changed), items));
  }

  private static AtomItem item(final HubCall call, final Job job) {
    return new AtomItem(call.url(COLLECTION, job.id()), job.id(), job.changedAt());
  }

  private static HubJob shown(final Hub hub, final Job job) {
    final var order = HubJobOrder.read(job.order());
    final var progress = HubJobProgress.read(job.progress());
    final boolean isExport = order.type() == HubJob.Type.EXPORT;
    return new HubJob(
        job.id(),
        progress.percent(isExport),
        order.type(),
        progress.status,
        order.output().shown(),
        order.input().shown(),
        order.properties(),
        progress.failure,
        output(hub, job, progress, isExport),
        Optional.of(job.madeAt()),
        Optional.of(job.changedAt()));
  }

  /// Where the files are, within the container, and how much came of the job.
  private static Map<String, String> output(
      final Hub hub, final Job job, final HubJobProgress progress, final boolean isExport) {
    final Map<String, String> output = new TreeMap<>();
    if (progress.isUnderWay()) {
      return output;
    }
    if (progress.status == HubJob.Status.COMPLETED) {
      if (isExport) {
        output.put("OutputFilePath", HubJobOrder.path(hub, job.id(), "Output.txt"));
      }
      if (progress.failureBlocks > 0) {
        output.put("FailedFilePath", HubJobOrder.path(hub, job.id(), "Failed.txt"));
      }
    }
    output.put("Succeeded", Long.toString(progress.done));
    output.put("Failed", Long.toString(progress.failures));
    return output;
  }
}
