package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Bytes;
import dev.reveille.protocols.blob.BlobAddress;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// What a job is to do, as it is kept: sealed, because its addresses let their holder read and
/// write there.
///
/// @param input the file of an import; of an export it leads nowhere
record HubJobOrder(
    HubJob.Type type, BlobAddress output, BlobAddress input, Map<String, String> properties) {
  private static final String TYPE = "type";
  private static final String OUTPUT = "output";
  private static final String INPUT = "input";
  private static final String PROPERTIES = "properties";

  HubJobOrder {
    properties = Map.copyOf(properties);
  }

  /// What a caller asks for.
  static HubJobOrder of(final HubJob asked) {
    return new HubJobOrder(
        asked.type(),
        BlobAddress.of(asked.outputContainerUri()),
        BlobAddress.of(asked.importFileUri()),
        asked.inputProperties());
  }

  /// As it is kept, from what a caller asks for: the addresses whole.
  static Bytes kept(final HubJob asked) {
    return Bytes.of(
        JsonOut.object(out ->
            out.text(TYPE, asked.type().word())
                .text(OUTPUT, asked.outputContainerUri())
                .text(INPUT, asked.importFileUri())
                .texts(PROPERTIES, new TreeMap<>(asked.inputProperties()))));
  }

  static HubJobOrder read(final Bytes kept) {
    final var node = JsonParsers.tree(kept.toArray());
    final Map<String, String> properties = new TreeMap<>();
    node.path(PROPERTIES)
        .properties()
        .forEach(each -> properties.put(each.getKey(), each.getValue().asText()));
    final var word = node.path(TYPE).asText();
    return new HubJobOrder(
        Arrays.stream(HubJob.Type.values())
            .filter(each -> each.word().equals(word))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("a job of an unknown type: " + word)),
        BlobAddress.of(node.path(OUTPUT).asText()),
        BlobAddress.of(node.path(INPUT).asText()),
        properties);
  }

  /// Where a job's output or its failures go, within the container.
  static String path(final Hub hub, final String job, final String file) {
    return hub.name().folded() + "/" + job + "/" + file;
  }
}
