// A Kubernetes control plane for tests in one program, which is what it is called: kubectl,
// kube-controller-manager, or an API server with its etcd inside. For the latter ETCD_DIR is a folder and
// ETCD_PORTS two free ports of 127.0.0.1 ("2379 2380"). The arguments are the programs' own.
package main

import (
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	switch filepath.Base(os.Args[0]) {
	case "kubectl":
		os.Exit(cli.Run(kubectl.NewDefaultKubectlCommand()))
	case "kube-controller-manager":
		os.Exit(cli.Run(controllers.NewControllerManagerCommand()))
	}
	command := apiserver.NewAPIServerCommand()
	command.SetArgs(append(os.Args[1:], "--etcd-servers="+startEtcd()))
	os.Exit(cli.Run(command))
}

// startEtcd returns the address of a store that forgets durability for speed: it is thrown away.
func startEtcd() string {
	var clients, peers int
	if _, err := fmt.Sscan(os.Getenv("ETCD_PORTS"), &clients, &peers); err != nil {
		log.Fatalf("ETCD_PORTS: %v", err)
	}
	settings := embed.NewConfig()
	settings.Dir = os.Getenv("ETCD_DIR")
	settings.LogLevel = "error"
	settings.UnsafeNoFsync = true
	settings.ListenClientUrls = []url.URL{local(clients)}
	settings.AdvertiseClientUrls = settings.ListenClientUrls
	settings.ListenPeerUrls = []url.URL{local(peers)}
	settings.AdvertisePeerUrls = settings.ListenPeerUrls
	settings.InitialCluster = settings.InitialClusterFromName(settings.Name)
	etcd, err := embed.StartEtcd(settings)
	if err != nil {
		log.Fatalf("etcd: %v", err)
	}
	<-etcd.Server.ReadyNotify()
	return settings.ListenClientUrls[0].String()
}

func local(port int) url.URL {
	return url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}
}
