/// The template language of hubs: XML or JSON in which texts and attribute values may be
/// expressions over the properties of a message.
///
/// A template is read once into a tree ([TemplateBody]) and written anew for each message, so that
/// no property can open or close anything: what is put in is escaped like any other text.
///
/// ```
/// $(p)  $(p, n)   a property, cut at n characters
/// .(p, n)         cut so that it is n long with the "..." behind it
/// %(p)            percent-encoded
/// #(p)            a number, where it is the whole of a JSON text and the property is one
/// {a + b}         several together, also with 'text' or "text"
/// ```
///
/// A text that begins with none of these is itself. Names of properties are compared without regard
/// to case; one that is not there is empty.
@NullMarked
package dev.reveille.protocols.notificationhubs.template;

import org.jspecify.annotations.NullMarked;
