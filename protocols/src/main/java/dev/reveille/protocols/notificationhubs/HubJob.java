package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.xml.XmlElement;
import dev.reveille.protocols.xml.XmlOut;
import dev.reveille.protocols.xml.XmlRefused;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A job that exports or imports all registrations of a hub, in the form in which clients read it.
///
/// @param id "" in a request
/// @param progress from 0 to 100
/// @param outputContainerUri always there in an answer: a client fails without it
/// @param importFileUri "" when nothing is imported
/// @param failure "" as long as it did not fail
public record HubJob(
    String id,
    double progress,
    Type type,
    Status status,
    String outputContainerUri,
    String importFileUri,
    Map<String, String> inputProperties,
    String failure,
    Map<String, String> outputProperties,
    Optional<Instant> createdAt,
    Optional<Instant> updatedAt) {
  private static final String ELEMENT = "NotificationHubJob";

  /// Clients look for this prefix, not for its namespace.
  private static final String PREFIX = "d3p1";

  private static final String ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
  private static final String PAIR = "KeyValueOfstringstring";
  private static final int LONGEST_URI = 4_096;
  private static final int MOST_PROPERTIES = 100;

  public HubJob {
    inputProperties = Map.copyOf(inputProperties);
    outputProperties = Map.copyOf(outputProperties);
  }

  /// The kinds of job.
  public enum Type {
    EXPORT("ExportRegistrations"),
    IMPORT_CREATE("ImportCreateRegistrations"),
    IMPORT_UPDATE("ImportUpdateRegistrations"),
    IMPORT_DELETE("ImportDeleteRegistrations"),
    IMPORT_UPSERT("ImportUpsertRegistrations");

    private final String word;

    Type(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// The states of a job.
  public enum Status {
    STARTED("Started"),
    RUNNING("Running"),
    COMPLETED("Completed"),
    FAILED("Failed");

    private final String word;

    Status(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// Reads the entry of a request: type, addresses and input properties. What the hub sets is
  /// passed over.
  ///
  /// @throws HubRefused with status 400
  public static HubJob read(final byte[] body) {
    return AtomFrame.read(body, HubJob::job);
  }

  private static HubJob job(final XmlElement description) {
    if (!description.name().equals(ELEMENT)) {
      throw new XmlRefused(description.name() + ": must be " + ELEMENT);
    }
    final var word = description.textOf("Type").strip();
    final var type =
        Arrays.stream(Type.values())
            .filter(each -> each.word.equals(word))
            .findFirst()
            .orElseThrow(() ->
                new XmlRefused(
                    "Type: must be one of "
                        + Arrays.stream(Type.values())
                            .map(Type::word)
                            .collect(Collectors.joining(", "))));
    final var output = uri(description, "OutputContainerUri");
    final var input = uri(description, "ImportFileUri");
    if (output.isEmpty()) {
      throw new XmlRefused("OutputContainerUri: is missing");
    }
    if (input.isEmpty() && type != Type.EXPORT) {
      throw new XmlRefused("ImportFileUri: is missing");
    }
    return new HubJob(
        "",
        0,
        type,
        Status.STARTED,
        output,
        input,
        description.child("InputProperties").map(HubJob::properties).orElse(Map.of()),
        "",
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static String uri(final XmlElement in, final String name) {
    final var text = in.textOf(name).strip();
    if (text.length() > LONGEST_URI || text.chars().anyMatch(c -> c <= ' ')) {
      throw new XmlRefused(
          name + ": must have at most " + LONGEST_URI + " characters and no blanks");
    }
    return text;
  }

  private static Map<String, String> properties(final XmlElement in) {
    final Map<String, String> properties = new LinkedHashMap<>();
    for (final var pair : in.children()) {
      if (pair.name().equals(PAIR)
          && properties.putIfAbsent(pair.textOf("Key").strip(), pair.textOf("Value")) != null) {
        throw new XmlRefused(in.name() + ": holds a key twice");
      }
    }
    if (properties.size() > MOST_PROPERTIES) {
      throw new XmlRefused(in.name() + ": has more than " + MOST_PROPERTIES + " properties");
    }
    return properties;
  }

  /// The entry of an answer.
  public byte[] entry(final AtomItem item) {
    return AtomFrame.entry(item, this::description);
  }

  /// The entries of several jobs, each with what Atom says about it.
  public static byte[] feed(final AtomItem head, final List<Map.Entry<AtomItem, HubJob>> jobs) {
    return AtomFrame.feed(
        head,
        jobs,
        (xml, each) -> AtomFrame.entry(xml, each.getKey(), each.getValue()::description));
  }

  private void description(final XmlOut xml) {
    AtomFrame.open(xml, ELEMENT);
    xml.elementIfAny("JobId", id);
    xml.element("Progress", java.math.BigDecimal.valueOf(progress).toPlainString());
    xml.element("Type", type.word());
    xml.element("Status", status.word());
    xml.element("OutputContainerUri", outputContainerUri);
    xml.elementIfAny("ImportFileUri", importFileUri);
    properties(xml, "InputProperties", inputProperties);
    xml.elementIfAny("Failure", failure);
    properties(xml, "OutputProperties", outputProperties);
    createdAt.ifPresent(at -> xml.element("CreatedAt", AtomFrame.moment(at)));
    updatedAt.ifPresent(at -> xml.element("UpdatedAt", AtomFrame.moment(at)));
    xml.end();
  }

  private static void properties(
      final XmlOut xml, final String name, final Map<String, String> properties) {
    if (properties.isEmpty()) {
      return;
    }
    xml.start(name).attribute("xmlns:" + PREFIX, ARRAYS);
    new java.util.TreeMap<>(properties)
        .forEach((key, value) ->
            xml.start(PREFIX + ":" + PAIR)
                .element(PREFIX + ":Key", key)
                .element(PREFIX + ":Value", value)
                .end());
    xml.end();
  }

  /// Without addresses, which hold the right to write there.
  @Override
  public String toString() {
    return "HubJob[" + id + " " + type.word() + " " + status.word() + "]";
  }
}
