package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Bytes;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import java.util.Arrays;

/// How far a job is, and where it goes on after a restart. What it says was done is on disk and in
/// the container; what was done beyond it is done again, to the same effect.
///
/// Only the thread of its job changes it.
final class HubJobProgress {
  private static final int LONGEST_FAILURE = 1_000;

  HubJob.Status status = HubJob.Status.STARTED;

  /// Of an export the number of the last registration that was written, of an import how many bytes
  /// of the file were used.
  long position;

  /// How many registrations there were at the beginning, or bytes of the file.
  long total;

  /// Of an import, how many were used.
  long lines;

  /// Registrations that were written, changed or removed.
  long done;

  /// Registrations or lines of which nothing came.
  long failures;

  /// Blocks of the output that are in the container.
  int blocks;

  /// The same of the file with the failures.
  int failureBlocks;

  /// Of the file that is imported, as it was at the first piece.
  String eTag = "";

  /// The position is within a line that is too long.
  boolean isInLongLine;

  /// How often it began anew, because the container lost what was written.
  int beginnings;

  /// Why it failed; "" as long as it did not.
  String failure = "";

  /// Back to the beginning.
  void restart() {
    position = 0;
    total = 0;
    lines = 0;
    done = 0;
    failures = 0;
    blocks = 0;
    failureBlocks = 0;
    eTag = "";
    isInLongLine = false;
    beginnings++;
  }

  /// Everything was done, and the container lost the lines about [#failures].
  void lostFailures() {
    failureBlocks = 0;
    failure =
        "the container lost the lines about " + failures + " failures before their file was made";
  }

  void fail(final String words) {
    status = HubJob.Status.FAILED;
    failure = words.length() > LONGEST_FAILURE ? words.substring(0, LONGEST_FAILURE) + "…" : words;
  }

  boolean isUnderWay() {
    return status == HubJob.Status.STARTED || status == HubJob.Status.RUNNING;
  }

  /// In hundredths; all of them only when it is completed.
  double percent(final boolean isExport) {
    if (status == HubJob.Status.COMPLETED) {
      return 100;
    }
    final long now = isExport ? done + failures : position;
    return total == 0 ? 0 : Math.min(99, Math.floor(100.0 * now / total));
  }

  Bytes kept() {
    return Bytes.of(
        JsonOut.object(out ->
            out.text("status", status.word())
                .number("position", position)
                .number("total", total)
                .number("lines", lines)
                .number("done", done)
                .number("failures", failures)
                .number("blocks", blocks)
                .number("failureBlocks", failureBlocks)
                .text("eTag", eTag)
                .flag("inLongLine", isInLongLine)
                .number("beginnings", beginnings)
                .text("failure", failure)));
  }

  static HubJobProgress read(final Bytes kept) {
    final var node = JsonParsers.tree(kept.toArray());
    final var word = node.path("status").asText();
    final var read = new HubJobProgress();
    read.status =
        Arrays.stream(HubJob.Status.values())
            .filter(each -> each.word().equals(word))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("a job of an unknown status: " + word));
    read.position = node.path("position").asLong();
    read.total = node.path("total").asLong();
    read.lines = node.path("lines").asLong();
    read.done = node.path("done").asLong();
    read.failures = node.path("failures").asLong();
    read.blocks = node.path("blocks").asInt();
    read.failureBlocks = node.path("failureBlocks").asInt();
    read.eTag = node.path("eTag").asText();
    read.isInLongLine = node.path("inLongLine").asBoolean();
    read.beginnings = node.path("beginnings").asInt();
    read.failure = node.path("failure").asText();
    return read;
  }
}
