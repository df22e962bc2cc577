package io.thingstead.node.statement;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/// What a message's schema says of the elements that are used here: which there may be, in which order, how often, and
/// what their texts and attributes look like. The schemas themselves are not free to be kept in the project.
///
/// A rule's name is an element's, or the end of its path; the longest that fits counts. `?` at most one, `*` any
/// number,
/// `+` at least one, `|` one of two.
final class IsoSchema {
    private static final String AMOUNT = "(?=[0-9.]{1,19}$)[0-9]{1,18}([.][0-9]{1,5})?";
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?Z";
    private static final String DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final String NUMBER = "[0-9]{1,15}";
    private static final String IBAN = "[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}";
    private static final String BIC = "[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?";
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    /// AccountStatement9, CashAccount39, CashBalance8, ReportEntry10, EntryTransaction10, TransactionParties6.
    static final IsoSchema CAMT = new IsoSchema(Camt053.NAMESPACE)
            .holds("Document", "BkToCstmrStmt")
            .holds("BkToCstmrStmt", "GrpHdr Stmt+")
            .holds("GrpHdr", "MsgId CreDtTm")
            .holds("Stmt", "Id CreDtTm? FrToDt? Acct Bal+ Ntry* AddtlStmtInf?")
            .holds("FrToDt", "FrDtTm ToDtTm")
            .holds("Acct", "Id Ccy? Nm?")
            .holds("DbtrAcct", "Id")
            .holds("CdtrAcct", "Id")
            .holds("Acct/Id", "Othr")
            .holds("DbtrAcct/Id", "Othr")
            .holds("CdtrAcct/Id", "Othr")
            .holds("Othr", "Id")
            .holds("Bal", "Tp Amt CdtDbtInd Dt")
            .holds("Tp", "CdOrPrtry")
            .holds("CdOrPrtry", "Cd")
            .holds("Bal/Dt", "Dt|DtTm")
            .holds("Ntry", "NtryRef? Amt CdtDbtInd Sts BookgDt? ValDt? AcctSvcrRef? BkTxCd NtryDtls* AddtlNtryInf?")
            .holds("Sts", "Cd|Prtry")
            .holds("BookgDt", "Dt|DtTm")
            .holds("ValDt", "Dt|DtTm")
            .holds("BkTxCd", "Domn? Prtry?")
            .holds("BkTxCd/Prtry", "Cd Issr?")
            .holds("NtryDtls", "Btch? TxDtls*")
            .holds("TxDtls", "Refs? Amt CdtDbtInd RltdPties? RmtInf?")
            .holds("Refs", "AcctSvcrRef?")
            .holds("RltdPties", "Dbtr? DbtrAcct? Cdtr? CdtrAcct?")
            .holds("Dbtr", "Pty|Agt")
            .holds("Cdtr", "Pty|Agt")
            .holds("Pty", "Nm?")
            .holds("RmtInf", "Ustrd*")
            .says("Id", upTo(35))
            .says("Othr/Id", upTo(34))
            .says("CdOrPrtry/Cd", "OPBD|CLBD")
            .says("Sts/Cd", "BOOK|PDNG|INFO|FUTR")
            .says("Prtry/Cd", upTo(35))
            .says("Acct/Nm", upTo(70))
            .says("CdtDbtInd", "CRDT|DBIT")
            .says("Ccy", CURRENCY.pattern())
            .says("Amt", AMOUNT);

    /// GroupHeader85, PaymentInstruction30, CreditTransferTransaction34, FinancialInstitutionIdentification18.
    static final IsoSchema PAIN = new IsoSchema(Pain001.NAMESPACE)
            .holds("Document", "CstmrCdtTrfInitn")
            .holds("CstmrCdtTrfInitn", "GrpHdr PmtInf+")
            .holds("GrpHdr", "MsgId CreDtTm NbOfTxs CtrlSum? InitgPty")
            .holds("InitgPty", "Nm?")
            .holds("PmtInf", "PmtInfId PmtMtd NbOfTxs? CtrlSum? ReqdExctnDt Dbtr DbtrAcct DbtrAgt ChrgBr? CdtTrfTxInf+")
            .holds("ReqdExctnDt", "Dt|DtTm")
            .holds("Dbtr", "Nm?")
            .holds("Cdtr", "Nm?")
            .holds("DbtrAcct", "Id")
            .holds("CdtrAcct", "Id")
            .holds("DbtrAcct/Id", "IBAN|Othr")
            .holds("CdtrAcct/Id", "IBAN|Othr")
            .holds("DbtrAgt", "FinInstnId")
            .holds("CdtrAgt", "FinInstnId")
            .holds("FinInstnId", "BICFI? Othr?")
            .holds("Othr", "Id")
            .holds("CdtTrfTxInf", "PmtId Amt CdtrAgt? Cdtr? CdtrAcct? RmtInf?")
            .holds("PmtId", "InstrId? EndToEndId")
            .holds("CdtTrfTxInf/Amt", "InstdAmt|EqvtAmt")
            .holds("RmtInf", "Ustrd*")
            .says("Othr/Id", upTo(35))
            .says("PmtInfId", upTo(35))
            .says("PmtMtd", "CHK|TRF|TRA")
            .says("NbOfTxs", NUMBER)
            .says("CtrlSum", "[0-9]{1,18}([.][0-9]{1,17})?")
            .says("IBAN", IBAN)
            .says("BICFI", BIC)
            .says("InstdAmt", AMOUNT);

    private record Part(String name, boolean isNeeded, boolean isMany) {
        static Part of(String text) {
            char last = text.charAt(text.length() - 1);
            String name = text.replaceAll("[?*+]$", "");
            return new Part(name, last != '?' && last != '*', last == '*' || last == '+');
        }

        boolean fits(Element element) {
            return List.of(name.split("\\|")).contains(element.getLocalName());
        }
    }

    private final String namespace;
    private final Map<String, List<Part>> parts = new TreeMap<>();
    private final Map<String, Pattern> texts = new TreeMap<>();

    private IsoSchema(String namespace) {
        this.namespace = namespace;
        says("MsgId", upTo(35));
        says("CreDtTm", TIME);
        for (String time : List.of("DtTm", "FrDtTm", "ToDtTm")) says(time, TIME);
        says("Dt", DAY);
        for (String reference : List.of("NtryRef", "AcctSvcrRef", "EndToEndId")) says(reference, upTo(35));
        says("Nm", upTo(140));
        says("Ustrd", upTo(140));
        says("AddtlNtryInf", upTo(500));
        says("AddtlStmtInf", upTo(500));
    }

    private static String upTo(int most) {
        return "(?s).{1," + most + "}";
    }

    private IsoSchema holds(String element, String children) {
        parts.put(element, List.of(children.split(" ")).stream().map(Part::of).toList());
        return this;
    }

    private IsoSchema says(String element, String pattern) {
        texts.put(element, Pattern.compile(pattern));
        return this;
    }

    static Element parsed(byte[] xml) throws Exception {
        return DocumentBuilderFactory.newDefaultNSInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml))
                .getDocumentElement();
    }

    /// What the schema does not allow, each with its path; nothing where the document is as it is to be.
    List<String> problems(byte[] xml) throws Exception {
        List<String> problems = new ArrayList<>();
        Element document = parsed(xml);
        look(document, document.getLocalName(), problems);
        return problems;
    }

    private void look(Element element, String path, List<String> problems) {
        if (!namespace.equals(element.getNamespaceURI())) problems.add(path + " is of another namespace");
        List<Element> children = children(element);
        List<Part> allowed = rule(parts, path);
        Pattern text = rule(texts, path);
        if (text != null && children.isEmpty()) {
            attributes(element, path, problems);
            if (!text.matcher(element.getTextContent()).matches()) {
                problems.add(path + " is not “" + element.getTextContent() + "”");
            }
            return;
        }
        if (allowed == null) {
            problems.add(path + " is not known");
            return;
        }
        if (element.getAttributes().getLength() > (path.equals("Document") ? 1 : 0))
            problems.add(path + " has attributes");
        int at = 0;
        for (Part part : allowed) {
            int before = at;
            while (at < children.size() && part.fits(children.get(at))) at++;
            if (part.isNeeded && at == before) problems.add(path + " lacks " + part.name);
            if (!part.isMany && at - before > 1) problems.add(path + " has several " + part.name);
        }
        if (at < children.size()) {
            problems.add(path + " has " + children.get(at).getLocalName() + " where it may not stand");
        }
        children.forEach(child -> look(child, path + "/" + child.getLocalName(), problems));
    }

    /// Amounts name their currency, and nothing else has an attribute.
    private static void attributes(Element element, String path, List<String> problems) {
        boolean isAmount = element.getLocalName().endsWith("Amt");
        if (isAmount && !CURRENCY.matcher(element.getAttribute("Ccy")).matches()) {
            problems.add(path + " names no currency");
        }
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            var attribute = (Attr) element.getAttributes().item(i);
            if (!isAmount || !attribute.getName().equals("Ccy")) problems.add(path + " has " + attribute.getName());
        }
    }

    private static <T> @Nullable T rule(Map<String, T> rules, String path) {
        for (String end = path; ; end = end.substring(end.indexOf('/') + 1)) {
            T rule = rules.get(end);
            if (rule != null || end.indexOf('/') < 0) return rule;
        }
    }

    private static List<Element> children(Element element) {
        List<Element> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) children.add(child);
        }
        return children;
    }
}
