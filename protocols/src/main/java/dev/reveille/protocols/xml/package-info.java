/// XML as the protocols read and write it: bounded, and without anything that a document could make
/// the server fetch or unfold.
///
/// [XmlReading] opens a parser, [XmlElement] is a small document read whole, [XmlOut] writes one,
/// [XmlRefused] is the way in which reading fails.
@NullMarked
package dev.reveille.protocols.xml;

import org.jspecify.annotations.NullMarked;
