import datetime, xmlrpc.client
from elsewhere import HOST, ports
with xmlrpc.client.ServerProxy(f"http://{HOST}:{ports['xmlrpc']}/", allow_none=True) as proxy:
    print(proxy.add(2, 3), proxy.system.listMethods())
    print(proxy.reverse(xmlrpc.client.Binary(b"\0abc")).data)
    print(proxy.same([1, "two", 3.5, None, True, {"k": ["v"]}, "€"]))
    print(proxy.same(datetime.datetime(2020, 1, 2, 3, 4, 5)))
    try:
        proxy.divide(1, 0)
    except xmlrpc.client.Fault as fault:
        print(fault.faultCode, fault.faultString)
    many = xmlrpc.client.MultiCall(proxy)
    many.add(1, 1)
    many.add(2, 2)
    print(list(many()))
    print(len(proxy.same("x" * 300_000)))
