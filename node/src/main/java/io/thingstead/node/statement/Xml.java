package io.thingstead.node.statement;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes a small ISO 20022 document, element by element, in the order in which it is told.
final class Xml {
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final XMLStreamWriter out;

    /// Begins a document of this namespace.
    Xml(String namespace) {
        try {
            out = FACTORY.createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            out.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            out.setDefaultNamespace(namespace);
            out.writeStartElement("Document");
            out.writeDefaultNamespace(namespace);
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(XMLStreamException e) {
        return new IllegalStateException("XML into memory", e);
    }

    /// An element with what `content` writes.
    Xml in(String name, Runnable content) {
        try {
            out.writeStartElement(name);
            content.run();
            out.writeEndElement();
            return this;
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }

    /// An element with a text.
    Xml text(String name, String text) {
        return in(name, () -> characters(text));
    }

    /// An amount of a currency.
    Xml amount(String name, String currency, String amount) {
        try {
            out.writeStartElement(name);
            out.writeAttribute("Ccy", currency);
            characters(amount);
            out.writeEndElement();
            return this;
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }

    private void characters(String text) {
        try {
            out.writeCharacters(text);
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }

    byte[] end() {
        try {
            out.writeEndElement();
            out.writeEndDocument();
            out.close();
            return bytes.toByteArray();
        } catch (XMLStreamException e) {
            throw failed(e);
        }
    }
}
