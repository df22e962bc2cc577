// A small contract that is sound, to be changed into one of one’s own.
export const SKELETON = `# A small contract to change: one locks up the price, and says when it got what it bought.
# What is found in it stands below, and what it means beside it.
thingstead: contract/1
title: Payment on receipt
about: >
  Something is bought and brought. The buyer locks up the price by signing, and the seller is paid as soon as the
  buyer says that it is there.

parties:
  buyer:
    role: buys and pays
  seller:
    role: brings what was bought

terms:
  price:
    type: money
    asset: bank:EUR
    value: "100.00"
  time:
    type: duration
    value: 7 d

deposits:
  purchase:
    by: buyer
    amount: price

start: waiting

states:
  waiting:
    means: What was bought is on its way.
    on:
      received:
        signature: buyer
        effects:
          - pay: price
            from: purchase
            to: seller
        go: paid
      called_off:
        signature: [buyer, seller]
        effects:
          - release: purchase
        go: over
    deadline: time
    otherwise:
      effects:
        - release: purchase
      go: over
  paid:
    means: The buyer has it, and the seller is paid.
    end: true
  over:
    means: Nothing was brought, and nothing is paid.
    end: true
`;
